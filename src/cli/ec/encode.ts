/** `couchestor ec encode`: a file into a coded directory. */
import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import { type Code, codeName, parseCodeName, shardsOf } from '../../core/code.js'
import { Refused } from '../../core/errors.js'
import { formatBytes, parseBytes } from '../../core/quantity.js'
import { codedBytes, type StripeGeometry, stripeGeometry } from '../../core/stripe.js'
import type { Source } from '../../ec/file/source.js'
import type { Define } from '../command.js'
import { examples } from '../command.js'
import * as interrupt from '../interrupt.js'
import type { Terminal } from '../terminal.js'
import { grouped } from '../trace/figures.js'
import { usage } from '../trace/reading.js'
import { documentOf } from '../version.js'
import {
  directoryPath,
  type EngineFlag,
  engineHelp,
  engineOf,
  seldom,
  withLock,
} from './coded-directory.js'

interface EncodeFlags extends EngineFlag {
  readonly code: string
  readonly stripeBytes: string
  readonly force?: boolean
  readonly json?: boolean
}

interface Encoded {
  readonly geometry: StripeGeometry
  readonly family: string
  readonly engine: string
  readonly volume: string
  readonly userBytes: number
  readonly durationUs: number
}

export const defineEncode: Define = (ec, terminal) => {
  ec.command('encode')
    .argument('<file>', 'the file to code; - is standard input')
    .argument('<dir>', 'the directory to make, with one sub-directory for each pool')
    .description('Code a file over pools; the directory appears when all of it is durable.')
    .requiredOption('--code <name>', 'rs-DATA-PARITY, or lrc-DATA-GROUPS-GLOBALS')
    .option('--engine <name>', engineHelp)
    .option('--stripe-bytes <size>', 'user bytes of one stripe', '1MiB')
    .option('--force', 'replace a coded directory that is there already')
    .option('--json', 'answer with one JSON document')
    .addHelpText(
      'before',
      examples(
        'couchestor ec encode volume.img coded --code rs-4-2',
        'couchestor ec encode volume.img coded --code lrc-12-2-2 --stripe-bytes 4MiB',
        'pg_dump app | couchestor ec encode - dump.coded --code rs-8-3',
      ),
    )
    .action(async (file: string, directory: string, flags: EncodeFlags) => {
      const geometry = stripeGeometry(codeOf(flags.code), stripeBytesOf(flags.stripeBytes))
      const encoded = await encodeFile(file, directoryPath(directory), geometry, flags, terminal)
      if (flags.json === true) terminal.answer(documentText(directory, encoded))
      else terminal.answer(sentence(directory, encoded))
    })
}

/** One is filled, one is written, one a thread is coded: a small ring stays in the cache. */
const places = availableParallelism() + 2

async function encodeFile(
  file: string,
  directory: string,
  geometry: StripeGeometry,
  flags: EncodeFlags,
  terminal: Terminal,
): Promise<Encoded> {
  const { encode } = await import('../../ec/file/encode.js')
  const { nodeFileSystem: files } = await import('../../ec/file/node-file-system.js')
  const { openCoder } = await import('../../ec/open-coder.js')
  const { codedIdOf } = await import('../../ec/container/coded-id.js')
  const beganMs = performance.now()
  const source = await openSource(file)
  await files.makeDirectory(dirname(directory))
  try {
    return await withLock(directory, { command: 'ec encode', mode: 'change' }, async () => {
      const coder = await openCoder({ geometry, places, ...engineOf(flags) })
      try {
        const volume = codedIdOf(randomBytes(16))
        const force = flags.force === true
        const progress = progressOf(terminal, source)
        const request = { source, directory, coder, files, volume, force, progress }
        const header = await encode({ ...request, unfinished: interrupt })
        const durationUs = Math.round((performance.now() - beganMs) * 1000)
        const { family, engine } = coder
        const userBytes = Number(header.userBytes)
        return { geometry, family, engine, volume, userBytes, durationUs }
      } finally {
        await coder.close()
      }
    })
  } finally {
    await source.close()
  }
}

async function openSource(file: string): Promise<Source> {
  const { fileSource, streamSource } = await import('../../ec/file/source.js')
  const { nodeFileSystem: files } = await import('../../ec/file/node-file-system.js')
  if (file === '-') return streamSource(process.stdin)
  const kind = await files.kindOf(file)
  if (kind === 'file') return fileSource(await files.open(file, 'read'))
  const message = kind === null ? 'there is no such file' : 'this is no regular file'
  const hint = kind === null ? 'check the path' : 'name a file, or read it in through -'
  throw new Refused([{ code: 'FILE_MISSING', message, where: { file }, hint }])
}

function progressOf(terminal: Terminal, source: Source): (bytes: number) => void {
  const beganMs = performance.now()
  let done = 0
  const show = seldom(terminal, () => {
    const rate = Math.round(done / 1_048_576 / ((performance.now() - beganMs) / 1000))
    const of = source.bytes === null ? '' : ` of ${Math.round(source.bytes / 1_048_576)}`
    return `encoded ${Math.round(done / 1_048_576)}${of} MiB, ${rate} MiB/s`
  })
  return bytes => {
    done = bytes
    show()
  }
}

function codeOf(text: string): Code {
  const code = parseCodeName(text)
  if (typeof code !== 'string') return code
  throw usage('--code', code, 'give rs-4-2, rs-10-4 or lrc-12-2-2, for example')
}

const leastStripeBytes = 4096
const mostStripeBytes = 67_108_864

function stripeBytesOf(text: string): number {
  const bytes = parseBytes(text)
  if (bytes !== null && bytes >= leastStripeBytes && bytes <= mostStripeBytes) return bytes
  const message = `${text} is no size of a stripe`
  throw usage('--stripe-bytes', message, 'give 4KiB to 64MiB; 1MiB is usual')
}

function sentence(directory: string, { geometry, ...encoded }: Encoded): string {
  const { userBytes, family, engine, durationUs } = encoded
  const raw = codedBytes(geometry, userBytes)
  const times = userBytes === 0 ? '' : `, ${(raw / userBytes).toFixed(2)} times as many bytes`
  const rate = formatRate(userBytes, durationUs)
  const pools = `${codeName(geometry.code)} over ${shardsOf(geometry.code)} pools`
  const coded = `${grouped(userBytes)} bytes as ${pools} (${family} by ${engine})`
  return `${directory}: ${coded}${times}${rate}`
}

function formatRate(bytes: number, durationUs: number): string {
  const rate = Math.round((bytes * 1_000_000) / Math.max(1, durationUs) / 1_048_576)
  return rate === 0 ? '' : `, ${formatBytes(rate * 1_048_576)}/s`
}

function documentText(directory: string, encoded: Encoded): string {
  const { geometry, userBytes, ...rest } = encoded
  return JSON.stringify(
    documentOf('ec-encode', {
      directory,
      code: codeName(geometry.code),
      stripeBytes: geometry.stripeBytes,
      userBytes,
      codedBytes: codedBytes(geometry, userBytes),
      ...rest,
    }),
  )
}
