/** `couchestor ec scrub`: verify in the background, over several runs, at a bearable rate. */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseBytes } from '../../core/quantity.js'
import type { Repaired } from '../../ec/file/repair.js'
import type { Scrubbed } from '../../ec/file/scrub.js'
import type { Define } from '../command.js'
import { examples } from '../command.js'
import type { Terminal } from '../terminal.js'
import { grouped } from '../trace/figures.js'
import { usage } from '../trace/reading.js'
import { documentOf } from '../version.js'
import { engineHelp, seldom, withVolume } from './coded-directory.js'
import { repairLines, repairVolume } from './repair.js'
import { type CheckFlags, volumeFacts, wrongs } from './verify.js'

interface ScrubFlags extends CheckFlags {
  readonly rate?: string
  readonly repair?: boolean
  readonly restart?: boolean
}

export const defineScrub: Define = (ec, terminal, ending) => {
  ec.command('scrub')
    .argument('<dir>', 'a directory that ec encode made')
    .description('Check every block, going on where the last run was stopped.')
    .option('--rate <size>', 'read at most so many bytes a second, of all pools together')
    .option('--repair', 'repair what is found when the pass is over')
    .option('--restart', 'begin at the first stripe')
    .option('--engine <name>', engineHelp)
    .option('--json', 'answer with one JSON document')
    .addHelpText(
      'before',
      examples(
        'couchestor ec scrub coded --rate 50MiB',
        'couchestor ec scrub coded --rate 50MiB --repair',
      ),
    )
    .action(async (directory: string, flags: ScrubFlags) => {
      const rate = rateOf(flags.rate)
      const mode = flags.repair === true ? 'change' : 'scrub'
      const access = { command: 'ec scrub', mode } as const
      await withVolume(directory, access, flags, async (volume, coder) => {
        const { scrub } = await import('../../ec/file/scrub.js')
        const { nodeFileSystem: files } = await import('../../ec/file/node-file-system.js')
        const restart = flags.restart === true
        const progress = shown(terminal, volume.header.stripes)
        const clock = { now: () => performance.now(), sleep: (ms: number) => sleep(ms) }
        const scrubbed = await scrub({ volume, coder, files, rate, restart, progress, clock })
        const isWrong = scrubbed.findings.length > 0
        const isMended = isWrong && flags.repair === true
        const repaired = isMended ? await repairVolume(volume, coder, terminal) : null
        const isBad = repaired === null ? isWrong : repaired.unrepairedShards > 0
        if (isBad) ending.status = 1
        if (flags.json === true) {
          const document = { ...volumeFacts(directory, volume), ...scrubbed, repaired }
          terminal.answer(JSON.stringify(documentOf('ec-scrub', document)))
        } else for (const line of lines(directory, scrubbed, repaired)) terminal.answer(line)
      })
    })
}

function rateOf(text: string | undefined): number | null {
  if (text === undefined) return null
  const rate = parseBytes(text.replace(/\/s$/, ''))
  if (rate !== null && rate > 0) return rate
  throw usage('--rate', `${text} is no rate`, 'give bytes a second, as 50MiB')
}

function shown(terminal: Terminal, stripes: number): (next: number, bad: number) => void {
  let text = ''
  const show = seldom(terminal, () => text)
  return (next, bad) => {
    text = `scrubbed ${grouped(next)} of ${grouped(stripes)} stripes, ${grouped(bad)} bad shards`
    show()
  }
}

function lines(
  directory: string,
  { findings, lost, firstStripe, passes }: Scrubbed,
  repaired: Repaired | null,
): readonly string[] {
  const from = firstStripe === 0 ? '' : `, this time from stripe ${grouped(firstStripe)} on`
  const pass = `${directory}: pass ${grouped(passes)} is over${from}`
  if (findings.length === 0) return [`${pass}; all blocks are as they were written`]
  if (repaired !== null) return [pass, ...repairLines(directory, repaired)]
  return [...wrongs(findings, lost), `${pass}; repair what is named above with \`ec repair\``]
}
