/** A command line that is not understood. */
import { Refused } from '../core/errors.js'

export function usage(message: string, hint: string): Refused {
  return new Refused([{ code: 'USAGE', message, where: {}, hint }])
}
