/** The part of WebAssembly that the portable engine uses: Node's own types leave it out. */
declare namespace WebAssembly {
  interface MemoryDescriptor {
    readonly initial: number
    readonly maximum: number
    readonly shared: true
  }

  /** Always shared here: its buffer cannot be transferred away, and does not move. */
  class Memory {
    constructor(descriptor: MemoryDescriptor)
    readonly buffer: SharedArrayBuffer
  }

  class Module {
    constructor(bytes: Uint8Array)
  }

  type Imports = Readonly<Record<string, Readonly<Record<string, Memory>>>>

  class Instance {
    constructor(module: Module, imports: Imports)
    readonly exports: Readonly<Record<string, unknown>>
  }
}
