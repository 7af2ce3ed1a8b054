import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { gibibyte, nodeReply, poolReply, volumeReply } from '../live/mayastor/recorded.js'
import { bare, nobody, serve } from '../live/servers.js'
import { repository } from '../tidy/source.js'
import { type Fixture, mayastor, prometheus, uuid, whole } from './doctor/servers.js'
import { run, scratch } from './in-process.js'

const files = scratch()

/** Whoever runs the tests may have a cluster of their own. */
const alone = ['--kubeconfig', files.path('none')]

async function doctor(one: { readonly url: string }, other: { readonly url: string }) {
  const urls = ['--mayastor-url', one.url, '--prometheus-url', other.url]
  return run('doctor', ...urls, ...alone, '--json')
}

const schemaFile = join(repository, 'docs', 'schemas', 'doctor.json')
const schema: object = JSON.parse(readFileSync(schemaFile, 'utf8'))
const isDoctor = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(
  schema,
)

describe('couchestor doctor', () => {
  it('tells what it found, for a person', async () => {
    const [one, other] = [await mayastor(), await prometheus([uuid])]
    const urls = ['--mayastor-url', one.url, '--prometheus-url', other.url]
    const ran = await run('doctor', ...urls, ...alone)
    expect(ran).toMatchObject({ status: 0, notes: '' })
    expect(ran.out.split('\n')).toEqual([
      `Mayastor at ${one.url}/v0`,
      '  versions: 2.10.0 on 2 nodes',
      '  nodes: 2, 2 online, 0 cordoned',
      '  pools: 2, 2 online, 0 cordoned, 20 GiB of 200 GiB used',
      '  volumes: 1 of 1 GiB, 1 published, 1 of them whole',
      `Prometheus at ${other.url}, version 2.42.0`,
      '  volume_num_read_ops, volume_num_write_ops: 2 series of 1 volume within 1h',
      '  heat is known of 1 volume',
      expect.stringMatching(
        /^Kubernetes: not looked at, claims, .* and permissions are not known: .*none/,
      ),
      'Nothing else is missing',
    ])
  })

  it('tells the same to scripts, as its schema says', async () => {
    const ran = await doctor(await mayastor(), await prometheus([uuid]))
    const document: unknown = JSON.parse(ran.out)
    expect(isDoctor(document) ? [] : isDoctor.errors).toEqual([])
    expect(document).toMatchObject({
      mayastor: {
        versions: [{ version: '2.10.0', nodes: 2, steers: 'pools' }],
        pools: { total: 2, unlabelled: 0, capacityBytes: 200 * gibibyte },
        volumes: { total: 1, published: 1, whole: 1, bytes: gibibyte },
      },
      prometheus: { series: 2, volumes: 1, heatKnownVolumes: 1, silentVolumes: 0 },
      kubernetes: null,
      missing: [],
    })
  })

  const unlabelled = { labels: { 'openebs.io/created-by': 'operator-diskpool' } }
  it.each<{ what: string; fixture: Fixture; told: RegExp }>([
    { what: 'nodes', fixture: { nodes: [{ id: 'n' }] }, told: /1 node is not online: repair/ },
    { what: 'pools', fixture: { pools: [] }, told: /there is no pool/ },
    {
      what: 'sound pools',
      fixture: { pools: [poolReply('p', {}, { status: 'Faulted' })] },
      told: /1 pool is not online/,
    },
    {
      what: 'labels',
      fixture: { pools: [poolReply('p', unlabelled), poolReply('q', { labels: null })] },
      told: /2 pools have no label of a tier/,
    },
    {
      what: 'a newer version',
      fixture: { nodes: [nodeReply('n', { version: '2.8.1' })] },
      told: /Mayastor 2.8.1 cannot be steered: upgrade/,
    },
    {
      what: 'a version',
      fixture: { nodes: [nodeReply('n', { version: '' })] },
      told: /without a version cannot be steered/,
    },
    {
      what: 'one version',
      fixture: { nodes: [nodeReply('a'), nodeReply('b', { version: '2.11.1' })] },
      told: /different versions: finish the upgrade/,
    },
    {
      what: 'the end of a drain',
      fixture: {
        nodes: [
          nodeReply('a', {
            cordondrainstate: { drainingstate: { cordonlabels: [], drainlabels: ['x'] } },
          }),
        ],
      },
      told: /1 node is draining/,
    },
    {
      what: 'a synced replica',
      fixture: { volumes: [volumeReply()] },
      told: /1 volume is short of a synced replica/,
    },
    {
      what: 'a pod',
      fixture: { volumes: [volumeReply({ target: null }, { target: null })] },
      told: /1 volume is not published/,
    },
    {
      what: 'the counters of a volume',
      fixture: { volumes: [volumeReply({}, whole), volumeReply({ uuid: 'other' }, whole)] },
      told: /1 published volume has no counters/,
    },
  ])('says that $what is missing', async ({ fixture, told }) => {
    const ran = await doctor(await mayastor(fixture), await prometheus([uuid]))
    expect(ran.status).toBe(0)
    const { missing }: { readonly missing: readonly { what: string; remedy: string }[] } =
      JSON.parse(ran.out)
    expect(missing.map(one => `${one.what}: ${one.remedy}`).join('\n')).toMatch(told)
  })

  it.each([
    { volumes: [], points: 121, told: 'Prometheus has no volume_num_read_ops' },
    { volumes: [uuid], points: 60, told: 'the heat of 1 volume is not known yet' },
  ])('says of counters that $told', async ({ volumes, points, told }) => {
    const ran = await doctor(await mayastor(), await prometheus(volumes, points))
    expect(ran.status).toBe(0)
    expect(ran.out).toContain(told)
  })

  it('ends with status 4 where one cannot be reached, and names both', async () => {
    const url = await nobody()
    const ran = await doctor({ url }, { url })
    expect(ran.status).toBe(4)
    const [first, second, ...more] = ran.notes.split('\n')
    const listens = 'nothing listens there'
    expect(first).toContain(`error: Mayastor at ${url}/v0: ${listens}: check --mayastor-url`)
    expect(second).toBe(
      `error: Prometheus at ${url}: ${listens}: check --prometheus-url [METRICS_MISSING]`,
    )
    expect(more).toEqual([])
    const one = await doctor(await mayastor(), await serve(bare(503)))
    expect([one.status, one.notes]).toEqual([4, expect.stringMatching(/^error: Prometheus/)])
    const other = await doctor(await serve(bare(503)), await prometheus([]))
    expect([other.status, other.notes]).toEqual([4, expect.stringMatching(/^error: Mayastor/)])
  })

  it.each([
    { words: [], told: /Mayastor is not named: give its URL with --mayastor-url \[USAGE\]/ },
    { words: ['--mayastor-url', 'http://h'], told: /Prometheus is not named/ },
    {
      words: ['--mayastor-url', 'http://h', '--prometheus-url', 'h:9090'],
      told: /no URL of a server: h:9090/,
    },
    { words: ['--sampling-window', 'long'], told: /--sampling-window is no duration/ },
    { words: ['--scrape-interval', '0s'], told: /--scrape-interval is no duration/ },
    {
      words: ['--mayastor-url', 'http://h', '--client-key-file', 'k'],
      told: /a key without its certificate/,
    },
  ])('$words is wrong usage', async ({ words, told }) => {
    const ran = await run('doctor', ...words, ...alone)
    expect(ran).toMatchObject({ status: 2, out: '' })
    expect(ran.notes).toMatch(told)
  })

  it('takes tokens from files, each to its own server, and shows none', async () => {
    const [one, other] = [await mayastor(), await prometheus([uuid])]
    const named = ['--mayastor-url', `${one.url}/v0/`, '--prometheus-url', other.url]
    const urls = [...named, ...alone]
    const tokens = [
      '--mayastor-token-file',
      files.file('one', 'token-one\n'),
      '--prometheus-token-file',
      files.file('other', 'token-other'),
    ]
    const ran = await run('doctor', ...urls, ...tokens)
    expect(ran.status).toBe(0)
    const sent = (server: typeof one) =>
      new Set(server.asked.map(({ headers }) => headers.authorization))
    expect(sent(one)).toEqual(new Set(['Bearer token-one']))
    expect(sent(other)).toEqual(new Set(['Bearer token-other']))
    expect(ran.out + ran.notes).not.toContain('token-')
    const missing = ['--mayastor-token-file', files.path('none')]
    expect(await run('doctor', ...urls, ...missing)).toMatchObject({ status: 3 })
  })
})
