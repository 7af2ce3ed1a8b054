/**
 * The parser and a real API server take and refuse the same specs, and fill in the same defaults.
 * Three exceptions, each with its reason, stand at the end.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FieldTable } from '../../src/core/field.js'
import { parseManifest } from '../../src/core/parse-manifest.js'
import { erasureCodingPolicyFields, storagePolicyFields } from '../../src/core/resources.js'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { type ControlPlane, startControlPlane } from '../controlplane/control-plane.js'
import { create, installDefinitions, manifestOf, whyRefused } from '../controlplane/definitions.js'
import { specsOf } from '../controlplane/specs.js'

const assets = controlPlaneAssets()

const tables: readonly (readonly [kind: string, table: FieldTable])[] = [
  ['StoragePolicy', storagePolicyFields],
  ['ErasureCodingPolicy', erasureCodingPolicyFields],
]

describe('the parser and the API server', () => {
  let plane: ControlPlane

  beforeAll(async () => {
    if (assets === null) return
    plane = await startControlPlane(assets)
    await installDefinitions(plane)
  })
  afterAll(() => plane?.stop())

  for (const [kind, table] of tables) {
    it.runIf(assets !== null)(`agree on a ${kind}, whatever its fields`, async () => {
      let taken = 0
      const property = fc.asyncProperty(specsOf(table, 4), async spec => {
        const { parsed, answer } = await agree(kind, spec)
        if (!parsed.ok) return
        taken++
        const filled = parseManifest(answer.body)
        expect(filled.ok && filled.value.policy.spec).toEqual(parsed.value.policy.spec)
      })
      await fc.assert(property, { numRuns: 600 })
      expect(taken, 'enough of them are right').toBeGreaterThan(100)
    })

    it.runIf(assets !== null)(`agree on a ${kind}, field by field`, async () => {
      for (const [name, row] of Object.entries(table)) {
        const one = specsOf({ [name]: row }, 1)
        const property = fc.asyncProperty(one, async spec => {
          await agree(kind, spec)
        })
        await fc.assert(property, { numRuns: 60 })
      }
    })
  }

  it.runIf(assets !== null)('agree on every order of the watermarks', async () => {
    const marks = [0, 1, 2, 3]
    for (const highWatermarkIOPS of marks) {
      for (const warmWatermarkIOPS of marks) {
        for (const lowWatermarkIOPS of marks) {
          const spec = { highWatermarkIOPS, warmWatermarkIOPS, lowWatermarkIOPS }
          await agree('StoragePolicy', spec)
          await agree('StoragePolicy', { ...spec, warmPoolSelector: {} })
        }
      }
    }
  })

  it.runIf(assets !== null)('agree on how many shards must be healthy', async () => {
    for (const minHealthyShards of [1, 3, 4, 5, 9]) {
      await agree('ErasureCodingPolicy', { minHealthyShards })
      await agree('ErasureCodingPolicy', { minHealthyShards, dataShards: 5 })
    }
  })

  it.runIf(assets !== null).each([
    // No pattern can add up the parts of a duration; the policy is in phase Error.
    ['a duration of more than 2^53 microseconds', { cooldownPeriod: '104250d' }, true, false],
    // A server drops a null before it looks; a manifest that says it is refused by our commands.
    ['a label without a value', { volumeSelector: { matchLabels: { app: null } } }, true, false],
    // 2^63 - 1 becomes 2^63 in readers that know doubles only.
    ['the size 2^63', { ecMinVolumeSizeBytes: 2 ** 63 }, false, true],
  ])('differ on %s', async (_, spec, isTaken, isParsed) => {
    const manifest = manifestOf('StoragePolicy', 'exception', spec)
    expect((await create(plane, manifest, dryRun)).status === 201).toBe(isTaken)
    expect(parseManifest(manifest).ok).toBe(isParsed)
  })

  async function agree(kind: string, spec: unknown) {
    const manifest = manifestOf(kind, 'random', spec)
    const [parsed, answer] = [parseManifest(manifest), await create(plane, manifest, dryRun)]
    expect(answer.status === 201, whyNot(whyRefused(answer), parsed)).toBe(parsed.ok)
    return { parsed, answer }
  }
})

const dryRun = '&dryRun=All'

function whyNot(server: readonly string[], parsed: ReturnType<typeof parseManifest>): string {
  const ours = parsed.ok ? 'taken' : parsed.problems.map(one => `${one.path}: ${one.message}`)
  return `server: ${server.join('; ')}\nparser: ${ours}`
}
