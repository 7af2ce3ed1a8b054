/** `couchestor ec repair`: makes again what is lost, the most endangered stripes first. */

import type { Coder } from '../../ec/coder.js'
import type { Repaired } from '../../ec/file/repair.js'
import type { CodedVolume } from '../../ec/file/volume.js'
import type { Define } from '../command.js'
import { examples } from '../command.js'
import * as interrupt from '../interrupt.js'
import type { Terminal } from '../terminal.js'
import { grouped } from '../trace/figures.js'
import { documentOf } from '../version.js'
import { engineHelp, seldom, withVolume } from './coded-directory.js'
import { type CheckFlags, volumeFacts, wrongs } from './verify.js'

export const defineRepair: Define = (ec, terminal, ending) => {
  ec.command('repair')
    .argument('<dir>', 'a directory that ec encode made')
    .description('Make lost pools and damaged blocks whole again; it may be cut off and repeated.')
    .option('--engine <name>', engineHelp)
    .option('--json', 'answer with one JSON document')
    .addHelpText(
      'before',
      examples('couchestor ec repair coded', 'couchestor ec repair coded --json'),
    )
    .action(async (directory: string, flags: CheckFlags) => {
      const access = { command: 'ec repair', mode: 'change' } as const
      await withVolume(directory, access, flags, async (volume, coder) => {
        const repaired = await repairVolume(volume, coder, terminal)
        if (repaired.unrepairedShards > 0) ending.status = 1
        if (flags.json === true) {
          const document = { ...volumeFacts(directory, volume), ...repaired }
          terminal.answer(JSON.stringify(documentOf('ec-repair', document)))
        } else for (const line of repairLines(directory, repaired)) terminal.answer(line)
      })
    })
}

export async function repairVolume(
  volume: CodedVolume,
  coder: Coder,
  terminal: Terminal,
): Promise<Repaired> {
  const { repair } = await import('../../ec/file/repair.js')
  const { nodeFileSystem: files } = await import('../../ec/file/node-file-system.js')
  let text = ''
  const show = seldom(terminal, () => text)
  const progress = (what: 'examined' | 'repaired', stripes: number): void => {
    text = `${what} ${grouped(stripes)} of ${grouped(volume.header.stripes)} stripes`
    show()
  }
  return repair({ volume, coder, files, unfinished: interrupt, progress })
}

export function repairLines(directory: string, repaired: Repaired): readonly string[] {
  const { findings, lost, writtenBlocks, unrepairedShards } = repaired
  if (findings.length === 0) return [`${directory}: nothing was to be repaired`]
  const left = `${grouped(unrepairedShards)} shards are beyond the code`
  const rest =
    unrepairedShards === 0
      ? 'it is whole'
      : lost.length === 0
        ? `${left}, and hold no bytes of the file`
        : `${left}; the bytes named above are lost`
  return [
    ...wrongs(findings, lost),
    `${directory}: ${grouped(writtenBlocks)} blocks were made again; ${rest}`,
  ]
}
