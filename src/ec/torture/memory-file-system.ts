/**
 * A file system in memory that knows what is durable. The power can go at any step: of what was not
 * synced, any sectors are there and any are not; of changes to names, those up to some point.
 */
import type { FileSystem, OpenFile, OpenMode } from '../file/file-system.js'
import { MemoryFile, type Random } from './memory-file.js'

/** What a name stands for. */
export type Entry = MemoryFile | 'directory'
export type Tree = Map<string, Entry>

/** Thrown by every call from the one on at which the power goes. */
export class PowerCut extends Error {
  constructor() {
    super('the power is gone')
    this.name = 'PowerCut'
  }
}

export interface Trouble {
  /** The power goes at this step, counted from 0; the step happens in part. */
  readonly cutAtStep?: number
  /** This step fails, and the next ones work. */
  readonly failAtStep?: { readonly step: number; readonly code: string }
  /** A device that cannot read there. */
  readonly isUnreadable?: (path: string, position: number, bytes: number) => boolean
}

export class MemoryFileSystem implements FileSystem {
  readonly tree: Tree
  readonly #durable: Tree
  #pending: ((tree: Tree) => void)[] = []
  #isCut = false
  #trouble: Trouble = {}
  /** Calls that change something, so far. */
  steps = 0
  /** Of files, by the calls that read them. */
  readonly reads: { readonly path: string; readonly position: number; readonly bytes: number }[] =
    []

  constructor(
    readonly random: Random,
    tree: Tree = new Map(),
  ) {
    this.tree = new Map(tree)
    this.#durable = new Map(tree)
  }

  /** From the next step on. */
  trouble(trouble: Trouble): void {
    this.#trouble = trouble
    this.steps = 0
  }

  /** What is found when the power comes back. */
  afterCrash(): MemoryFileSystem {
    const tree = new Map(this.#durable)
    const kept = Math.floor(this.random() * (this.#pending.length + 1))
    for (const change of this.#pending.slice(0, kept)) change(tree)
    for (const [path, entry] of tree) {
      if (entry !== 'directory') tree.set(path, entry.afterCrash(this.random))
    }
    return new MemoryFileSystem(this.random, tree)
  }

  async open(path: string, mode: OpenMode): Promise<OpenFile> {
    this.#alive()
    const entry = this.tree.get(path)
    if (mode === 'read' || mode === 'change') {
      if (entry === undefined || entry === 'directory') throw coded('ENOENT', path)
      return this.#opened(path, entry)
    }
    if (entry !== undefined) throw coded('EEXIST', path)
    this.#step()
    const file = new MemoryFile()
    this.#change(tree => tree.set(path, file))
    return this.#opened(path, file)
  }

  async list(path: string): Promise<readonly string[] | null> {
    this.#alive()
    if (this.tree.get(path) !== 'directory') return null
    const prefix = `${path}/`
    const names = [...this.tree.keys()]
      .filter(one => one.startsWith(prefix))
      .map(one => one.slice(prefix.length))
    return names
      .filter(name => !name.includes('/'))
      .sort((one, other) => (one < other ? -1 : Number(one > other)))
  }

  async kindOf(path: string): Promise<'file' | 'directory' | null> {
    this.#alive()
    const entry = this.tree.get(path)
    if (entry === undefined) return null
    return entry === 'directory' ? 'directory' : 'file'
  }

  async makeDirectory(path: string): Promise<void> {
    this.#step()
    const parts = path.split('/')
    for (let length = 2; length <= parts.length; length++) {
      const one = parts.slice(0, length).join('/')
      if (!this.tree.has(one)) this.#change(tree => tree.set(one, 'directory'))
    }
  }

  async rename(from: string, to: string): Promise<void> {
    this.#step()
    this.#change(tree => move(tree, from, to))
  }

  async link(from: string, to: string): Promise<void> {
    this.#step()
    const entry = this.tree.get(from)
    if (entry === undefined) throw coded('ENOENT', from)
    if (this.tree.has(to)) throw coded('EEXIST', to)
    this.#change(tree => tree.set(to, entry))
  }

  async exchange(from: string, to: string, aside: string): Promise<void> {
    this.#step()
    this.#change(tree => move(tree, to, aside))
    try {
      this.#step()
    } catch (error) {
      if (!(error instanceof PowerCut)) this.#change(tree => move(tree, aside, to))
      throw error
    }
    this.#change(tree => move(tree, from, to))
  }

  async remove(path: string): Promise<void> {
    this.#alive()
    if (!this.tree.has(path)) return
    this.#step()
    for (const one of below(this.tree, path)) this.#change(tree => tree.delete(one))
  }

  async syncDirectory(path: string): Promise<void> {
    this.#step()
    if (this.tree.get(path) !== 'directory') throw coded('ENOENT', path)
    for (const change of this.#pending) change(this.#durable)
    this.#pending = []
  }

  #opened(path: string, file: MemoryFile): OpenFile {
    return {
      size: async () => {
        this.#alive()
        return file.bytes.length
      },
      readv: async (buffers, position) => {
        this.#alive()
        const wanted = buffers.reduce((sum, one) => sum + one.length, 0)
        if (this.#trouble.isUnreadable?.(path, position, wanted) === true) throw coded('EIO', path)
        const bytes = file.read(buffers, position)
        this.reads.push({ path, position, bytes })
        return bytes
      },
      writev: async (buffers, position) => {
        this.#step(() => file.write(buffers, position))
        file.write(buffers, position)
      },
      truncate: async bytes => {
        this.#step()
        file.truncate(bytes)
      },
      sync: async () => {
        this.#step()
        file.sync()
      },
      close: async () => {},
    }
  }

  /** A change of names: seen at once, durable when a directory is synced. */
  #change(change: (tree: Tree) => void): void {
    change(this.tree)
    this.#pending.push(change)
  }

  #step(half: () => void = () => {}): void {
    this.#alive()
    const step = this.steps++
    const { cutAtStep, failAtStep } = this.#trouble
    if (step === cutAtStep) {
      half()
      this.#isCut = true
      throw new PowerCut()
    }
    if (step === failAtStep?.step) throw coded(failAtStep.code, '')
  }

  #alive(): void {
    if (this.#isCut) throw new PowerCut()
  }
}

function below(tree: Tree, path: string): readonly string[] {
  return [...tree.keys()].filter(one => one === path || one.startsWith(`${path}/`))
}

function move(tree: Tree, from: string, to: string): void {
  for (const one of below(tree, from)) {
    const entry = tree.get(one)
    tree.delete(one)
    if (entry !== undefined) tree.set(`${to}${one.slice(from.length)}`, entry)
  }
}

function coded(code: string, path: string): Error {
  return Object.assign(new Error(code), { code, path })
}
