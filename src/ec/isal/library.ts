/**
 * Intel's ISA-L as the operating system ships it, called through koffi. It is loaded `deep`: Node
 * itself has a function `gf_mul` (OpenSSL's), and the library would find that one for its own.
 */
import { nativeMissing } from '../native-missing.js'

export interface IsaLibrary {
  /** Where a piece of memory lies, as a number that pointers can be made of. */
  addressOf(bytes: Uint8Array): bigint
  /** Makes `tables` (32 bytes a coefficient) of coefficients, row by row. */
  initTables(sources: number, targets: number, rows: Uint8Array, tables: Uint8Array): void
  /** Targets from sources, each given by its address. */
  encode(
    lengthBytes: number,
    sources: number,
    targets: number,
    tables: Uint8Array,
    sourceAddresses: BigUint64Array,
    targetAddresses: BigUint64Array,
  ): void
  /** Of what lies at an address. */
  crc32c(address: number, lengthBytes: number): number
}

/** The library's names, the one that Linux distributions use first. */
const fileNames = ['libisal.so.2', 'libisal.2.dylib']

let loading: Promise<IsaLibrary> | null = null

/** Refuses with NATIVE_MISSING. */
export function loadIsaLibrary(): Promise<IsaLibrary> {
  loading ??= load()
  return loading
}

async function load(): Promise<IsaLibrary> {
  const koffi = await loadKoffi()
  const library = openFirst(koffi)
  const initTables = library.func(
    'void ec_init_tables(int k, int rows, const uint8_t *a, _Out_ uint8_t *tables)',
  )
  const encode = library.func(
    'void ec_encode_data(int len, int k, int rows, const uint8_t *tables, ' +
      'const uint64_t *data, const uint64_t *coding)',
  )
  const crc = library.func('uint32_t crc32_iscsi(uint64_t buffer, int len, uint32_t init)')
  return {
    addressOf: bytes => koffi.address(bytes),
    initTables,
    encode,
    // The library leaves the last step of CRC32C, all bits turned over, to its caller.
    crc32c: (address, lengthBytes) => ~crc(address, lengthBytes, 0xffff_ffff) >>> 0,
  }
}

type Koffi = typeof import('koffi')['default']

async function loadKoffi(): Promise<Koffi> {
  try {
    const koffi = await import('koffi')
    return koffi.default
  } catch (cause) {
    const install = 'npm install koffi'
    throw nativeMissing({ engine: 'isa-l', part: 'the package koffi', install, cause })
  }
}

function openFirst(koffi: Koffi): ReturnType<Koffi['load']> {
  let cause: unknown = null
  for (const fileName of fileNames) {
    try {
      return koffi.load(fileName, { deep: true })
    } catch (error) {
      cause ??= error
    }
  }
  const install = 'apt install libisal2 (Debian, Ubuntu), dnf install isa-l (Fedora)'
  throw nativeMissing({ engine: 'isa-l', part: 'the library libisal2', install, cause })
}
