/** The settings of an operator from its flags: the same that a scenario has under `loop:`. */
import type { Command } from 'commander'
import { parseDuration } from '../../core/duration.js'
import { defaultSettings, type OperatorSettings } from '../../core/settings.js'
import { usage } from '../usage.js'

export interface SettingFlags {
  readonly roundInterval: string
  readonly scrapeInterval: string
  readonly headroomPercent: string
  readonly mayastorMaxRebuilds?: string
  readonly maxConcurrentMigrations: string
  readonly syncPollIntervalSeconds: string
  readonly preservationMode: boolean
}

export function addSettingFlags(command: Command): Command {
  return command
    .option('--round-interval <duration>', 'distance of two rounds', '60s')
    .option('--scrape-interval <duration>', 'how often Prometheus asks the exporters', '15s')
    .option('--headroom-percent <percent>', 'share of a pool that may be used after a move', '85')
    .option(
      '--mayastor-max-rebuilds <count>',
      'Mayastor’s own cap on rebuilds, which it never tells',
    )
    .option('--max-concurrent-migrations <count>', 'over all policies', '2')
    .option('--sync-poll-interval-seconds <seconds>', 'distance of rounds while moving', '10')
    .option('--preservation-mode', 'add replicas, and remove none', false)
}

export function settingsOf(flags: SettingFlags, dryRun: boolean): OperatorSettings {
  const { mayastorMaxRebuilds: rebuilds, preservationMode } = flags
  return {
    ...defaultSettings,
    roundIntervalUs: spanOf(flags.roundInterval, '--round-interval'),
    scrapeIntervalUs: spanOf(flags.scrapeInterval, '--scrape-interval'),
    headroomPercent: countOf(flags.headroomPercent, '--headroom-percent', 100),
    mayastorMaxRebuilds:
      rebuilds === undefined ? null : countOf(rebuilds, '--mayastor-max-rebuilds', 1000),
    maxConcurrentMigrations: countOf(
      flags.maxConcurrentMigrations,
      '--max-concurrent-migrations',
      1000,
    ),
    syncPollIntervalUs:
      1_000_000 * countOf(flags.syncPollIntervalSeconds, '--sync-poll-interval-seconds', 3600),
    preservationMode,
    dryRun,
  }
}

/** In the proportions of Kubernetes' own: 15 s, 10 s, 2 s. */
export function leaseSettingsOf(seconds: string) {
  const durationUs = 1_000_000 * countOf(seconds, '--lease-seconds', 3600)
  return {
    durationUs,
    renewDeadlineUs: Math.floor((durationUs * 2) / 3),
    retryUs: Math.floor((durationUs * 2) / 15),
  }
}

/** A duration above zero. */
export function spanOf(text: string, flag: string): number {
  const spanUs = parseDuration(text)
  if (spanUs !== null && spanUs > 0) return spanUs
  throw usage(`${flag} is no duration above zero: ${text}`, 'write it as 1h30m')
}

function countOf(text: string, flag: string, most: number): number {
  const count = /^\d+$/.test(text) ? Number(text) : 0
  if (count >= 1 && count <= most) return count
  throw usage(`${flag} is no whole number from 1 to ${most}: ${text}`, 'write it as 2')
}
