/** The scenario's faults, asked for by time; lost and slow answers are drawn from a stream. */
import type { NodeId } from '../../src/core/model.js'
import type { Stream } from '../engine/stream.js'
import type { Fault } from '../scenario/model.js'

type FaultOf<Kind extends Fault['kind']> = Extract<Fault, { readonly kind: Kind }>

const slowAnswerUs = 5_000_000

/** What happens to one answer: it comes, comes late, or is lost; what was asked for is done. */
export type AnswerFate =
  | { readonly kind: 'comes'; readonly delayUs: number }
  | { readonly kind: 'lost' }

export type AnswerDoor = FaultOf<'answers'>['from']

export class FaultPlan {
  private planned: readonly Fault[]

  constructor(
    faults: readonly Fault[],
    private readonly draws: Stream,
  ) {
    this.planned = faults
  }

  get faults(): readonly Fault[] {
    return this.planned
  }

  /** Faults that somebody asks for while the world lives. */
  add(faults: readonly Fault[]): void {
    this.planned = [...this.planned, ...faults]
  }

  prometheus(atUs: number): 'down' | 'slow' | 'partial' | null {
    return this.active('prometheus', atUs)?.how ?? null
  }

  exporterShows(node: NodeId, atUs: number): 'counts' | 'nothing' | 'zero' {
    for (const fault of this.faults) {
      if (fault.kind !== 'exporter' || fault.node !== node || !covers(fault, atUs)) continue
      if (fault.how === 'gap') return 'nothing'
      if (fault.how === 'zero') return 'zero'
    }
    return 'counts'
  }

  rebuildsFail(atUs: number): boolean {
    return this.active('rebuild', atUs) !== undefined
  }

  answer(from: AnswerDoor, atUs: number): AnswerFate {
    for (const fault of this.faults) {
      if (fault.kind !== 'answers' || fault.from !== from || !covers(fault, atUs)) continue
      if (!this.drawn(fault)) continue
      return fault.how === 'lost' ? { kind: 'lost' } : { kind: 'comes', delayUs: slowAnswerUs }
    }
    return { kind: 'comes', delayUs: 0 }
  }

  private drawn(fault: FaultOf<'answers'>): boolean {
    return this.draws.chance(fault.numerator, fault.denominator)
  }

  private active<Kind extends Fault['kind']>(kind: Kind, atUs: number): FaultOf<Kind> | undefined {
    return this.faults.find(
      (fault): fault is FaultOf<Kind> => fault.kind === kind && covers(fault, atUs),
    )
  }
}

function covers(fault: Fault, atUs: number): boolean {
  return atUs >= fault.atUs && atUs < fault.atUs + fault.forUs
}
