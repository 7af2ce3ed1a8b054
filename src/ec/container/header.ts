/**
 * The first page of a container: what it is a part of. All of a volume's containers have the same
 * header but for their own pool, so that a lost one is written again from the others.
 */
import { type Code, parityShards, shardsOf, whyNoCode } from '../../core/code.js'
import { mostBlocks, pageBytes, type StripeGeometry, stripesOf } from '../../core/stripe.js'
import { crc32c } from '../checksum.js'
import { type Family, families } from '../codec.js'
import { type CodedId, codedIdBytes, codedIdOf, putCodedId } from './coded-id.js'
import { getWide, setWide, viewOf } from './integers.js'

export const formatVersion = 1

/** What all containers of a volume say. */
export interface VolumeHeader {
  readonly volume: CodedId
  readonly family: Family
  readonly geometry: StripeGeometry
  readonly stripes: number
  /** Exact up to 2⁶³. */
  readonly userBytes: bigint
  /** Of the coder that made the volume; every trailer that it wrote has it too. */
  readonly epoch: number
}

export interface ContainerHeader extends VolumeHeader {
  readonly pool: number
}

/** No page of ours; damaged; or of a version that is not read here. */
export type HeaderProblem =
  | { readonly problem: 'no-header' | 'damaged' }
  | { readonly problem: 'version'; readonly version: number }

export const headerMagic = 'CoucheEC'

/** Where each field begins (docs/coded-files.md). */
const at = {
  magic: 0,
  version: 8,
  pageBytes: 12,
  family: 16,
  kind: 32,
  dataShards: 33,
  parity: 34,
  globalParities: 35,
  pools: 36,
  pool: 38,
  stripeBytes: 40,
  shardBytes: 48,
  blockBytes: 56,
  blocksPerShard: 60,
  stripes: 64,
  userBytes: 72,
  volume: 80,
  epoch: 96,
  checksum: pageBytes - 4,
} as const

const familyBytes = 16
const kinds = { 'reed-solomon': 1, lrc: 2 } as const

export function writeHeader(header: ContainerHeader): Uint8Array {
  const { code, ...sizes } = header.geometry
  const page = new Uint8Array(pageBytes)
  const view = viewOf(page)
  putText(page, at.magic, headerMagic)
  view.setUint32(at.version, formatVersion, true)
  view.setUint32(at.pageBytes, pageBytes, true)
  putText(page, at.family, header.family)
  page[at.kind] = kinds[code.kind]
  page[at.dataShards] = code.dataShards
  page[at.parity] = code.kind === 'lrc' ? code.localGroups : parityShards(code)
  page[at.globalParities] = code.kind === 'lrc' ? code.globalParities : 0
  view.setUint16(at.pools, shardsOf(code), true)
  view.setUint16(at.pool, header.pool, true)
  setWide(view, at.stripeBytes, sizes.stripeBytes)
  setWide(view, at.shardBytes, sizes.shardBytes)
  view.setUint32(at.blockBytes, sizes.blockBytes, true)
  view.setUint32(at.blocksPerShard, sizes.blocksPerShard, true)
  setWide(view, at.stripes, header.stripes)
  view.setBigUint64(at.userBytes, header.userBytes, true)
  putCodedId(page, at.volume, header.volume)
  setWide(view, at.epoch, header.epoch)
  view.setUint32(at.checksum, crc32c(page.subarray(0, at.checksum)), true)
  return page
}

export function readHeader(page: Uint8Array): ContainerHeader | HeaderProblem {
  if (page.length < pageBytes || textAt(page, at.magic, 8) !== headerMagic) {
    return { problem: 'no-header' }
  }
  const view = viewOf(page)
  if (crc32c(page.subarray(0, at.checksum)) !== view.getUint32(at.checksum, true)) {
    return { problem: 'damaged' }
  }
  const version = view.getUint32(at.version, true)
  if (version !== formatVersion) return { problem: 'version', version }
  return headerOf(page, view) ?? { problem: 'damaged' }
}

/** Null where the fields cannot all be true: a page that passed its checksum and was never ours. */
function headerOf(page: Uint8Array, view: DataView): ContainerHeader | null {
  const code = codeAt(page)
  const family = families.find(one => one === textAt(page, at.family, familyBytes))
  if (code === null || family === undefined) return null
  const geometry: StripeGeometry = {
    code,
    stripeBytes: getWide(view, at.stripeBytes),
    shardBytes: getWide(view, at.shardBytes),
    blockBytes: view.getUint32(at.blockBytes, true),
    blocksPerShard: view.getUint32(at.blocksPerShard, true),
  }
  const header = {
    volume: codedIdOf(page.subarray(at.volume, at.volume + codedIdBytes)),
    family,
    geometry,
    stripes: getWide(view, at.stripes),
    userBytes: view.getBigUint64(at.userBytes, true),
    epoch: getWide(view, at.epoch),
    pool: view.getUint16(at.pool, true),
  }
  const hasPages = view.getUint32(at.pageBytes, true) === pageBytes
  const isPlaced = header.pool < shardsOf(code) && view.getUint16(at.pools, true) === shardsOf(code)
  return hasPages && isPlaced && isWhole(geometry) && isFull(header) ? header : null
}

function codeAt(page: Uint8Array): Code | null {
  const [kind, dataShards, parity, globalParities] = page.subarray(at.kind, at.pools)
  const code: Code =
    kind === kinds.lrc
      ? { kind: 'lrc', dataShards, localGroups: parity, globalParities }
      : { kind: 'reed-solomon', dataShards, parityShards: parity }
  return kinds[code.kind] === kind && whyNoCode(code) === null ? code : null
}

function isWhole(geometry: StripeGeometry): boolean {
  const { code, stripeBytes, shardBytes, blockBytes, blocksPerShard } = geometry
  return (
    stripeBytes > 0 &&
    blockBytes > 0 &&
    shardBytes % pageBytes === 0 &&
    blockBytes % pageBytes === 0 &&
    blocksPerShard === Math.ceil(shardBytes / blockBytes) &&
    blocksPerShard <= mostBlocks &&
    shardBytes * code.dataShards >= stripeBytes
  )
}

function isFull({ geometry, stripes, userBytes }: VolumeHeader): boolean {
  if (userBytes > BigInt(Number.MAX_SAFE_INTEGER)) return Number.isSafeInteger(stripes)
  return stripes === stripesOf(geometry, Number(userBytes))
}

function putText(page: Uint8Array, offset: number, text: string): void {
  page.set(Buffer.from(text, 'latin1'), offset)
}

function textAt(page: Uint8Array, offset: number, bytes: number): string {
  const text = Buffer.from(page.subarray(offset, offset + bytes)).toString('latin1')
  return text.replace(/\0+$/, '')
}
