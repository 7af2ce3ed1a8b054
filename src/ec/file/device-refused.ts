/** What a disk refuses, in words: it is full, or it fails. */
import { type OperatingError, Refused } from '../../core/errors.js'

const full: Pick<OperatingError, 'code' | 'message' | 'hint'> = {
  code: 'DISK_FULL',
  message: 'there is no room left for it on the disk',
  hint: 'free some and start again: what was there before is as it was',
}
const failing: Pick<OperatingError, 'code' | 'message' | 'hint'> = {
  code: 'DEVICE_FAILED',
  message: 'the device under it failed to read, write or sync',
  hint: 'nothing there is relied on: check the device (dmesg), then start again',
}

const refusals: ReadonlyMap<unknown, typeof full> = new Map([
  ['ENOSPC', full],
  ['EDQUOT', full],
  ['EFBIG', full],
  ['EIO', failing],
  ['ENXIO', failing],
  ['ENODEV', failing],
  ['ESTALE', failing],
])

/** The error to throw in its place; the same one where the command line has words for it. */
export function deviceRefused(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error
  const refusal = refusals.get(error.code)
  if (refusal !== undefined) return new Refused([{ ...refusal, where: { file: path } }])
  if (!('path' in error)) Object.assign(error, { path })
  return error
}
