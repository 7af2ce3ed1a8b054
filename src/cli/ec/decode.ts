/** `couchestor ec decode`: a coded directory back into its file. */
import { codeName } from '../../core/code.js'
import type { Decoded } from '../../ec/file/decode.js'
import type { Define } from '../command.js'
import { examples } from '../command.js'
import * as interrupt from '../interrupt.js'
import { grouped } from '../trace/figures.js'
import { usage } from '../trace/reading.js'
import { documentOf } from '../version.js'
import { type EngineFlag, engineHelp, seldom, withVolume } from './coded-directory.js'

interface DecodeFlags extends EngineFlag {
  readonly force?: boolean
  readonly json?: boolean
}

export const defineDecode: Define = (ec, terminal) => {
  ec.command('decode')
    .argument('<dir>', 'a directory that ec encode made')
    .argument('<file>', 'the file to write; - is standard output')
    .description('Read a coded directory back; lost pools and flipped bits are made good.')
    .option('--engine <name>', engineHelp)
    .option('--force', 'replace a file that is there already')
    .option('--json', 'answer with one JSON document')
    .addHelpText(
      'before',
      examples(
        'couchestor ec decode coded volume.img',
        'couchestor ec decode dump.coded - | psql app',
      ),
    )
    .action(async (directory: string, file: string, flags: DecodeFlags) => {
      if (file === '-' && flags.json === true) {
        throw usage('--json', 'the answer is the file', 'name a file, or leave --json out')
      }
      const access = { command: 'ec decode', mode: 'read' } as const
      await withVolume(directory, access, flags, async (volume, coder) => {
        const { decode, decodeToFile } = await import('../../ec/file/decode.js')
        const { nodeFileSystem: files } = await import('../../ec/file/node-file-system.js')
        let done = 0
        const show = seldom(terminal, () => `decoded ${megabytes(done)} MiB`)
        const progress = (bytes: number): void => {
          done = bytes
          show()
        }
        if (file === '-') {
          const { standardOutput } = await import('./standard-output.js')
          await decode(volume, coder, standardOutput, progress)
          return
        }
        const out = { path: file, files, force: flags.force === true }
        const decoded = await decodeToFile(volume, coder, out, interrupt, progress)
        const code = codeName(volume.header.geometry.code)
        if (flags.json === true) {
          const document = { directory, file, code, ...decoded }
          terminal.answer(JSON.stringify(documentOf('ec-decode', document)))
        } else terminal.answer(sentence(file, decoded))
      })
    })
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1_048_576)
}

function sentence(file: string, { bytes, rebuiltBlocks }: Decoded): string {
  const made = rebuiltBlocks === 0 ? '' : `; ${grouped(rebuiltBlocks)} blocks were made again`
  return `${file}: ${grouped(bytes)} bytes, every block checked${made}`
}
