import { describe, expect, it } from 'vitest'
import {
  leaseSettingsOf,
  type SettingFlags,
  settingsOf,
  spanOf,
} from '../../../src/cli/operator/settings.js'
import { Refused } from '../../../src/core/errors.js'
import { defaultSettings } from '../../../src/core/settings.js'

const usual: SettingFlags = {
  roundInterval: '60s',
  scrapeInterval: '15s',
  headroomPercent: '85',
  maxConcurrentMigrations: '2',
  syncPollIntervalSeconds: '10',
  preservationMode: false,
}

describe('the settings of an operator', () => {
  it('are the usual ones where the flags are', () => {
    expect(settingsOf(usual, false)).toEqual(defaultSettings)
  })

  it('are what the flags say', () => {
    const flags = {
      ...usual,
      roundInterval: '1m30s',
      headroomPercent: '70',
      mayastorMaxRebuilds: '4',
      maxConcurrentMigrations: '9',
      syncPollIntervalSeconds: '5',
      preservationMode: true,
    }
    expect(settingsOf(flags, true)).toMatchObject({
      roundIntervalUs: 90_000_000,
      headroomPercent: 70,
      mayastorMaxRebuilds: 4,
      maxConcurrentMigrations: 9,
      syncPollIntervalUs: 5_000_000,
      preservationMode: true,
      dryRun: true,
    })
  })

  it.each([
    [{ roundInterval: '0s' }, '--round-interval'],
    [{ scrapeInterval: 'soon' }, '--scrape-interval'],
    [{ headroomPercent: '101' }, '--headroom-percent'],
    [{ headroomPercent: '0' }, '--headroom-percent'],
    [{ maxConcurrentMigrations: '1.5' }, '--max-concurrent-migrations'],
    [{ mayastorMaxRebuilds: '-1' }, '--mayastor-max-rebuilds'],
    [{ syncPollIntervalSeconds: '' }, '--sync-poll-interval-seconds'],
  ])('%o is refused, naming the flag', (change, flag) => {
    expect(() => settingsOf({ ...usual, ...change }, false)).toThrow(Refused)
    expect(() => settingsOf({ ...usual, ...change }, false)).toThrow(flag)
  })

  it('keep the proportions of the lease', () => {
    expect(leaseSettingsOf('15')).toEqual({
      durationUs: 15_000_000,
      renewDeadlineUs: 10_000_000,
      retryUs: 2_000_000,
    })
    expect(spanOf('1h', '--x')).toBe(3_600_000_000)
  })
})
