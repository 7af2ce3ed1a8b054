import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { operatorRules, volumeRules } from '../../src/cli/doctor/permissions.js'
import { chartFolder, rendered } from './chart.js'
import { permissionsIn, wordsOf } from './permissions.js'

describe('the rights', () => {
  it('hold no wildcard, and nothing that gives others rights', () => {
    const all = permissionsIn(rendered())
    expect(all.length).toBeGreaterThan(40)
    for (const { verb, group, resource } of all) {
      expect([verb, group, resource]).not.toContain('*')
      expect(resource).not.toMatch(/secrets|roles|pods|serviceaccounts/)
    }
  })

  it('are at least the floor of the architecture document, and less only where one says so', () => {
    const words = new Set(permissionsIn(rendered()).map(wordsOf))
    expect(floor.filter(one => !words.has(one))).toEqual([])
    const least = new Set(permissionsIn(rendered({ 'rbac.seedFloor': false })).map(wordsOf))
    expect(floor.filter(one => !least.has(one)).length).toBeGreaterThan(10)
    expect([...least].filter(one => !words.has(one))).toEqual([])
  })

  it('are, without that floor, what doctor asks for, both ways', () => {
    const asked = operatorRules.flatMap(({ group, resource, verbs }) =>
      verbs.map(verb => wordsOf({ verb, group, resource })),
    )
    const given = new Set(permissionsIn(rendered({ 'rbac.seedFloor': false })).map(wordsOf))
    expect(asked.length).toBeGreaterThan(20)
    expect([...given].sort()).toEqual([...new Set(asked)].sort())
  })

  it('have those for MayastorVolumes alone where volumes are reached through them', () => {
    const least = { 'rbac.seedFloor': false }
    const usual = new Set(permissionsIn(rendered(least)).map(wordsOf))
    const through = { ...least, 'mayastor.volumesFrom': 'custom-resources' }
    const more = permissionsIn(rendered(through)).filter(one => !usual.has(wordsOf(one)))
    const asked = volumeRules.flatMap(({ group, resource, verbs }) =>
      verbs.map(verb => wordsOf({ verb, group, resource })),
    )
    expect(more.map(wordsOf)).toEqual(asked)
    const elsewhere = permissionsIn(rendered({ ...through, 'mayastor.namespace': 'openebs' }))
    const places = (all: ReturnType<typeof permissionsIn>) =>
      new Set(
        all.filter(({ resource }) => resource === 'mayastorvolumes').map(one => one.namespace),
      )
    expect([places(more), places(elsewhere)]).toEqual([new Set(['mayastor']), new Set(['openebs'])])
    expect(JSON.stringify(rendered(through))).toContain('--volumes-from=custom-resources')
  })

  it('stand beside their reasons', () => {
    const folder = join(chartFolder, 'templates')
    const all = readdirSync(folder).flatMap(name => {
      const lines = readFileSync(join(folder, name), 'utf8').split('\n')
      return lines.flatMap((line, index) =>
        line.trim().startsWith('- apiGroups') ? [lines[index - 1]?.trim()] : [],
      )
    })
    expect(all.length).toBeGreaterThan(25)
    for (const before of all) expect(before).toMatch(/^# .*[.)]$/)
  })
})

const group = 'storage.billyronks.io'
const changing = ['get', 'list', 'watch', 'update', 'patch']
const floor = [
  ...changing.map(verb => `${verb} storagepolicies.${group}`),
  ...changing.map(verb => `${verb} erasurecodingpolicies.${group}`),
  ...changing.map(verb => `${verb} diskpools.openebs.io`),
  ...changing.map(verb => `${verb} mayastorvolumes.openebs.io`),
  ...changing
    .slice(0, 3)
    .flatMap(verb => [
      `${verb} persistentvolumes.`,
      `${verb} persistentvolumeclaims.`,
      `${verb} storageclasses.storage.k8s.io`,
    ]),
  ...['create events.', 'patch events.'],
  ...['get', 'create', 'update'].map(verb => `${verb} leases.coordination.k8s.io`),
]
