/**
 * One volume and a small coder, by the rules of the stripes port: what it does, what it refuses,
 * how far its work is. Writes are counted, so that a lost one shows. What is left to chance is
 * drawn by the caller.
 */
import type { CodedForm, Coding } from '../../src/core/coded-form.js'
import type { Refusal } from '../../src/core/command.js'
import { type PoolId, poolId, type Replica, type Volume } from '../../src/core/model.js'
import type { StripeCommand } from '../../src/core/stripe-command.js'
import { pool, replica, volume } from './cluster.js'

export type Chance = (below: number) => number

export const coldPools = Array.from({ length: 8 }, (_, at) => pool(`cold-${at}`, 'cold'))
export const hotPools = Array.from({ length: 3 }, (_, at) => pool(`hot-${at}`, 'hot'))

export const narrow: Coding = {
  policy: 'coding',
  code: { kind: 'reed-solomon', dataShards: 3, parityShards: 2 },
  stripeBytes: 1_048_576,
}
export const stripes = 100
/** Writes that a hold can take; more of them ask for another image. */
const mostHeld = 10

interface Form {
  image: string | null
  imageWrites: number
  verified: string | null
  verifiedWrites: number
  pools: readonly PoolId[]
  encoded: number
  readBack: number
  restored: number
  job: CodedForm['job']
  serves: boolean
  replicaCount: number
  isRestoring: boolean
}

type Reply = 'done' | Refusal

export class SmallCoder {
  writes = 0
  /** Writes that the replicas hold: all, while they serve or are restored. */
  replicaWrites = 0
  count: number
  replicas: Replica[]
  form: Form | null = null
  away = new Set<PoolId>()
  published = true
  deleted = false
  snapshots = 0
  isWritten = false
  private made = 0

  constructor(
    replicas: number,
    isCoded: boolean,
    private readonly chance: Chance,
  ) {
    this.count = isCoded ? 0 : replicas
    this.replicas = isCoded
      ? []
      : hotPools.slice(0, replicas).map((on, at) => replica(`r${at}`, on))
    const pools = coldPools.slice(0, 5).map(one => one.id)
    if (!isCoded) return
    const all = { encoded: stripes, readBack: stripes, serves: true, image: null, pools }
    this.form = { ...newForm(replicas), ...all }
  }

  get missing(): number {
    return this.form?.pools.filter(one => this.away.has(one)).length ?? 0
  }

  get isLost(): boolean {
    return this.missing > 2
  }

  volume(): Volume {
    const replicas = this.published
      ? this.replicas
      : this.replicas.map(one => ({ ...one, childState: null }))
    return volume('v', [], {
      replicaCount: this.count,
      replicas: [...replicas],
      snapshots: this.snapshots,
      target: this.published ? { node: hotPools[0].node, state: 'online', rebuilds: 0 } : null,
      coded: this.shown(),
    })
  }

  private shown(): CodedForm | null {
    if (this.form === null) return null
    const { encoded, readBack, restored, pools, image, job, serves, replicaCount } = this.form
    const isPlaced = pools.length > 0
    const short = isPlaced && this.missing > 0 ? stripes : 0
    return {
      code: narrow.code,
      stripeBytes: isPlaced ? narrow.stripeBytes : 0,
      pools,
      stripes: isPlaced ? stripes : 0,
      image,
      encodedStripes: encoded,
      readBackStripes: readBack,
      restoredStripes: restored,
      job,
      serves,
      replicaCount,
      degradedStripes: short,
      endangeredStripes: this.missing === 2 ? stripes : 0,
      lostStripes: this.isLost ? stripes : 0,
    }
  }

  send(command: StripeCommand): Reply {
    const { form } = this
    switch (command.kind) {
      case 'make-image':
        return this.makeImage(command.image)
      case 'encode':
        if (form?.image !== command.image) return 'precondition'
        if (form.pools.length === 0) form.pools = command.pools
        return this.work(form, 'encode', form.encoded)
      case 'read-back':
        if (form?.image !== command.image || form.encoded < stripes) return 'precondition'
        return this.work(form, 'read-back', form.readBack)
      case 'serve-coded':
        return this.serveCoded(command.image, command.replicas)
      case 'release-source':
        return this.releaseSource()
      case 'make-replicas':
        return this.makeReplicas(command.pools)
      case 'restore':
        if (form?.isRestoring !== true) return 'precondition'
        return this.isLost ? 'busy' : this.work(form, 'restore', form.restored)
      case 'serve-source':
        return this.serveSource()
      case 'drop-replicas':
        return this.dropReplicas()
      case 'drop-coded':
        if (form === null) return 'already'
        if (form.serves) return 'precondition'
        this.form = null
        return 'done'
    }
  }

  private makeImage(image: string): Reply {
    const form = this.form ?? newForm(this.count)
    if (form.serves) return 'precondition'
    if (form.image === image) return 'already'
    const changed = form.image === null ? stripes : this.writes - form.imageWrites
    const encoded = Math.max(0, form.encoded - changed)
    const readBack = Math.min(form.readBack, encoded)
    this.form = { ...form, image, imageWrites: this.writes, encoded, readBack, job: null }
    return 'done'
  }

  private work(form: Form, job: NonNullable<Form['job']>, done: number): Reply {
    if (form.job !== null) return 'already'
    form.job = job
    if (done >= stripes) this.end(form, job)
    return 'done'
  }

  private serveCoded(image: string, replicas: number): Reply {
    const { form } = this
    if (form?.image !== image || form.verified !== image) return 'precondition'
    if (form.serves) return 'already'
    if (this.count !== replicas) return 'conflict'
    if (this.missing > 0 || this.writes - form.verifiedWrites > mostHeld) return 'precondition'
    form.serves = true
    return 'done'
  }

  private releaseSource(): Reply {
    const { form } = this
    if (form?.serves !== true || this.missing > 0) return 'precondition'
    if (form.image === null) return 'already'
    Object.assign(form, { replicaCount: this.count, image: null })
    this.replicas = []
    this.count = 0
    return 'done'
  }

  private makeReplicas(pools: readonly PoolId[]): Reply {
    const { form } = this
    if (form?.serves !== true) return 'precondition'
    if (this.replicas.length > 0) return 'already'
    this.count = pools.length
    this.replicas = pools.map(one => this.emptyReplica(one))
    Object.assign(form, { restored: 0, isRestoring: true })
    return 'done'
  }

  private emptyReplica(on: PoolId): Replica {
    this.made += 1
    const place = [...hotPools, ...coldPools].find(one => one.id === on)
    return replica(`n${this.made}`, place ?? pool(on, 'hot'), { childState: 'degraded' })
  }

  private serveSource(): Reply {
    const { form } = this
    if (form?.serves !== true) return 'already'
    if (!form.isRestoring || form.restored < stripes) return 'precondition'
    if (this.replicaWrites < this.writes) return 'precondition'
    form.serves = false
    return 'done'
  }

  private dropReplicas(): Reply {
    const { form } = this
    if (form?.serves !== true || this.isLost) return 'precondition'
    this.replicas = []
    this.count = 0
    Object.assign(form, { isRestoring: false, job: null })
    return 'done'
  }

  /** Ten seconds of work, of writes, of repairs. */
  pass(): void {
    const { form } = this
    if (this.published) this.write(this.isWritten ? 40 : this.chance(2))
    if (form === null) return
    const isStill = form.job !== 'restore' && this.missing > 0
    if (form.job !== null && !isStill && !this.isLost) this.goOn(form, form.job)
    const gone = form.pools.find(one => this.away.has(one))
    if (gone === undefined || this.isLost || this.chance(30) > 0) return
    const spare = coldPools.find(one => !form.pools.includes(one.id) && !this.away.has(one.id))
    if (spare !== undefined) form.pools = form.pools.map(one => (one === gone ? spare.id : one))
  }

  private write(count: number): void {
    const { form } = this
    this.writes += count
    const isRestored = form?.isRestoring === true && form.restored === stripes
    if (form?.serves !== true || isRestored) this.replicaWrites = this.writes
  }

  private goOn(form: Form, job: NonNullable<Form['job']>): void {
    const field = { encode: 'encoded', 'read-back': 'readBack', restore: 'restored' } as const
    form[field[job]] = Math.min(stripes, form[field[job]] + 1 + this.chance(25))
    if (form[field[job]] === stripes) this.end(form, job)
  }

  private end(form: Form, job: NonNullable<Form['job']>): void {
    form.job = null
    if (job === 'read-back') {
      Object.assign(form, { verified: form.image, verifiedWrites: form.imageWrites })
    }
    if (job !== 'restore') return
    this.replicaWrites = this.writes
    this.replicas = this.replicas.map(one => ({ ...one, childState: 'online' }))
  }

  /** Writes that nobody can read any more. */
  get lostWrites(): number {
    const { form } = this
    if (form?.serves === true) return 0
    return this.replicas.length === 0 ? this.writes : this.writes - this.replicaWrites
  }
}

function newForm(replicaCount: number): Form {
  return {
    image: null,
    imageWrites: 0,
    verified: null,
    verifiedWrites: 0,
    pools: [],
    encoded: 0,
    readBack: 0,
    restored: 0,
    job: null,
    serves: false,
    replicaCount,
    isRestoring: false,
  }
}

export const shardPlaces: readonly PoolId[] = coldPools.slice(0, 5).map(one => one.id)
export const replicaPlaces: readonly PoolId[] = hotPools.map(one => poolId(one.id))
