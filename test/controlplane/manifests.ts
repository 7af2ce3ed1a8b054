/** Manifests of our resources: those in circulation, and the smallest of each kind. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { repository } from '../tidy/source.js'
import { manifestOf } from './definitions.js'

export const stripe = {
  volumeRef: 'pvc-1',
  stripeId: 7,
  policyRef: 'rs-2-1',
  shardLocations: [0, 1, 2].map(shardIndex => ({
    shardIndex,
    isDataShard: shardIndex < 2,
    poolName: `pool-${shardIndex}`,
    nodeName: `node-${shardIndex}`,
    offset: 0,
    sizeBytes: 524_288,
    checksum: 'crc32c:0a1b2c3d',
  })),
  lbaRange: { startLba: 0, endLba: 2048 },
  checksum: 'crc32c:00000000',
  generation: 1,
}

export const migration = { volume: 'ec4e66fb-3b33-4439-b504-d49aba53da26', toTier: 'hot' }

/** In circulation for the Community Edition (custom-resources.md), and those of our scenarios. */
export const circulating: readonly (readonly [what: string, manifest: Record<string, unknown>])[] =
  [
    ['no spec', manifestOf('StoragePolicy', 'no-spec')],
    ['no warm tier', manifestOf('StoragePolicy', 'no-warm', { warmWatermarkIOPS: 0 })],
    [
      'no warm fields',
      manifestOf('StoragePolicy', 'old', {
        highWatermarkIOPS: 1500,
        lowWatermarkIOPS: 100,
        samplingWindow: '1h30m',
        hotPoolSelector: { matchLabels: { 'storage-tier': 'hot', 'media-type': 'nvme' } },
        coldPoolSelector: { matchExpressions: [{ key: 'cold', operator: 'Exists' }] },
        ecPolicyRef: '',
        ecMinVolumeSizeBytes: 10_737_418_240,
      }),
    ],
    ...[
      [3, 1],
      [4, 2],
      [4, 4],
      [6, 2],
      [8, 3],
      [10, 2],
      [10, 4],
    ].map(
      ([dataShards, parityShards]) =>
        [
          `a code of ${dataShards} and ${parityShards}`,
          manifestOf('ErasureCodingPolicy', `rs-${dataShards}-${parityShards}`, {
            dataShards,
            parityShards,
          }),
        ] as const,
    ),
    ['a shape without a code', manifestOf('ErasureCodingPolicy', 'lrc', { algorithm: 'LRC' })],
    ['a stripe alone', manifestOf('ECStripe', 'pvc-1-7', stripe)],
    ['a person’s migration', manifestOf('VolumeMigration', 'mine', migration)],
    ...ofScenarios(),
  ]

function ofScenarios(): readonly (readonly [string, Record<string, unknown>])[] {
  const folder = join(repository, 'scenarios', 'policies')
  return readdirSync(folder).flatMap(file =>
    parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map(
      (document, index) => [`${file}, document ${index + 1}`, document.toJS()] as const,
    ),
  )
}

/** The smallest spec of each kind. */
export const smallest: Readonly<Record<string, object>> = {
  StoragePolicy: {},
  ErasureCodingPolicy: {},
  ECStripe: stripe,
  VolumeMigration: migration,
}
