/** Published rates at which drives fail, for whoever has none of their own. */

export interface PublishedRate {
  /** Failures of one drive a year. */
  readonly perYear: number
  readonly source: string
}

export const annualFailureRates = {
  hdd: { perYear: 0.0157, source: 'Backblaze Drive Stats 2024: all its disks, 1.57 %' },
  hddQuietQuarter: { perYear: 0.0136, source: 'Backblaze Drive Stats Q2 2025: 1.36 %' },
  hddBadQuarter: { perYear: 0.0228, source: 'Backblaze Drive Stats Q2 2023: 2.28 %' },
  hddField: {
    perYear: 0.04,
    source: 'Schroeder and Gibson, FAST 2007: 2 to 4 % a year common in the field, up to 13 %',
  },
} as const satisfies Record<string, PublishedRate>

/** Shares of failures that come together. */
export const pairedShares = {
  node: {
    share: 0.37,
    source:
      'Ford et al., OSDI 2010: 37 % of the failures of nodes came in bursts of two or more ' +
      'within 120 s; nodes come back, so that of pools lost for good the share is lower',
  },
} as const
