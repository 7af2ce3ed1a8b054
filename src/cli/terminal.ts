/** The one place that writes: answers to stdout, everything else to stderr. */

export interface Terminal {
  /** A line of the answer. */
  answer(text: string): void
  /** A line beside the answer: progress, warnings, where files are. */
  note(text: string): void
  /** A line that overwrites itself; only on a terminal. */
  progress(text: string): void
  readonly color: boolean
  readonly columns: number
}

/** Ends the program quietly when the reader of the answer has gone (`| head`). */
export function processTerminal(): Terminal {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0)
    throw error
  })
  // Nobody reads the notes any more: the answer is still worth its work.
  process.stderr.on('error', () => {})
  let isDirty = false
  const clear = (): void => {
    if (isDirty) process.stderr.write('\r\x1b[K')
    isDirty = false
  }
  return {
    answer: text => {
      clear()
      process.stdout.write(`${text}\n`)
    },
    note: text => {
      clear()
      process.stderr.write(`${text}\n`)
    },
    progress: text => {
      if (!process.stderr.isTTY || process.env.TERM === 'dumb') return
      process.stderr.write(`\r\x1b[K${text}`)
      isDirty = true
    },
    color: wantsColor(process.env, process.stdout.isTTY === true),
    columns: process.stdout.columns ?? 100,
  }
}

/** FORCE_COLOR and NO_COLOR as their conventions have it; a dumb terminal has none. */
export function wantsColor(
  environment: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = environment
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0'
  return isTerminal && TERM !== 'dumb'
}
