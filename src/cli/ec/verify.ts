/** `couchestor ec verify`: reads everything, names what is wrong, changes nothing. */
import { codeName } from '../../core/code.js'
import { type Finding, findingText } from '../../ec/file/findings.js'
import type { ByteRange } from '../../ec/file/layout.js'
import type { CodedVolume } from '../../ec/file/volume.js'
import type { Define } from '../command.js'
import { examples } from '../command.js'
import type { Terminal } from '../terminal.js'
import { grouped } from '../trace/figures.js'
import { documentOf } from '../version.js'
import { type EngineFlag, engineHelp, seldom, withVolume } from './coded-directory.js'

export interface CheckFlags extends EngineFlag {
  readonly json?: boolean
}

export const defineVerify: Define = (ec, terminal, ending) => {
  ec.command('verify')
    .argument('<dir>', 'a directory that ec encode made')
    .description('Check every block of every pool; status 1 when anything is wrong.')
    .option('--engine <name>', engineHelp)
    .option('--json', 'answer with one JSON document')
    .addHelpText(
      'before',
      examples('couchestor ec verify coded', 'couchestor ec verify coded --json'),
    )
    .action(async (directory: string, flags: CheckFlags) => {
      const access = { command: 'ec verify', mode: 'read' } as const
      await withVolume(directory, access, flags, async (volume, coder) => {
        const { verify } = await import('../../ec/file/verify.js')
        const verified = await verify(volume, coder, stripesShown(terminal, volume, 'verified'))
        const { findings, lost, ...counts } = verified
        if (findings.length > 0) ending.status = 1
        if (flags.json === true) {
          const document = { ...volumeFacts(directory, volume), findings, lost, ...counts }
          terminal.answer(JSON.stringify(documentOf('ec-verify', document)))
          return
        }
        for (const line of wrongs(findings, lost)) terminal.answer(line)
        const { stripes } = volume.header
        terminal.answer(
          findings.length === 0
            ? `${directory}: all blocks of ${grouped(stripes)} stripes are as they were written`
            : `${directory}: ${grouped(counts.damagedStripes)} of ${grouped(stripes)} stripes are` +
                ` damaged; ${lost.length === 0 ? 'all can be repaired' : 'some bytes are lost'}`,
        )
      })
    })
}

/** What documents about a directory begin with. */
export function volumeFacts(directory: string, { header, userBytes }: CodedVolume) {
  const { volume, family, geometry, stripes } = header
  const { stripeBytes } = geometry
  const code = codeName(geometry.code)
  return { directory, volume, code, family, stripeBytes, stripes, userBytes }
}

/** A line for each thing that is wrong, and for each range of bytes that is lost. */
export function wrongs(
  findings: readonly Finding[],
  lost: readonly ByteRange[],
): readonly string[] {
  return [...findings.map(findingText), ...lost.map(lostText)]
}

function lostText({ firstByte, bytes }: ByteRange): string {
  return `bytes ${firstByte} to ${firstByte + bytes - 1} are lost`
}

export function stripesShown(
  terminal: Terminal,
  volume: CodedVolume,
  what: string,
): (stripes: number) => void {
  let done = 0
  const { stripes } = volume.header
  const show = seldom(terminal, () => `${what} ${grouped(done)} of ${grouped(stripes)} stripes`)
  return next => {
    done = next
    show()
  }
}
