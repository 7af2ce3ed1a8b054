/**
 * The life of one stripe as a Markov chain over the number of its shards that are lost: shards fail
 * and are repaired at stated rates until a loss is fatal. All rates are a year.
 *
 * Everything here adds, multiplies and divides positive numbers and never subtracts two of them:
 * repair is so much faster than failure that the usual elimination loses every digit, and finds
 * times to loss that are negative.
 */
import { assert } from '../../core/errors.js'
import { type Redundancy, survivalOf } from './redundancy.js'

export interface ChainRates {
  /** Failures of one shard a year. */
  readonly failuresPerYear: number
  /** Item i: repairs a year, from i + 1 lost shards to i. */
  readonly repairsPerYear: readonly number[]
  /** Of the failures of a shard, the share that takes another shard of the stripe with it. */
  readonly pairedShare?: number
}

/** `rates[i][j]` leads from i lost shards to j; the last column is loss, which nothing leaves. */
export interface LossChain {
  readonly rates: readonly (readonly number[])[]
}

export function chainOf(redundancy: Redundancy, of: ChainRates): LossChain {
  const states = redundancy.fatalShares.length
  assert(of.failuresPerYear > 0, `${of.failuresPerYear} failures a year`)
  assert(of.repairsPerYear.length >= states - 1, `${states - 1} rates of repair are needed`)
  const rates: number[][] = []
  for (let lost = 0; lost < states; lost++) {
    const row = Array<number>(states + 1).fill(0)
    if (lost > 0) row[lost - 1] = of.repairsPerYear[lost - 1]
    for (const { shards, perYear } of failuresFrom(lost, redundancy.shards, of)) {
      const survives = survivesFrom(redundancy, lost, shards)
      if (survives > 0) row[lost + shards] += perYear * survives
      row[states] += perYear * (1 - survives)
    }
    rates.push(row)
  }
  return { rates }
}

interface Failure {
  readonly shards: number
  readonly perYear: number
}

/** Partners of a pair are drawn from the whole stripe, so that one may be lost already. */
function failuresFrom(lost: number, shards: number, of: ChainRates): readonly Failure[] {
  const alive = shards - lost
  const share = of.pairedShare ?? 0
  const single = { shards: 1, perYear: alive * (1 - share) * of.failuresPerYear }
  if (share === 0) return [single]
  const perPair = (share * of.failuresPerYear) / (shards - 1)
  return [
    { shards: 1, perYear: single.perYear + alive * lost * perPair },
    { shards: 2, perYear: ((alive * (alive - 1)) / 2) * perPair },
  ]
}

function survivesFrom(redundancy: Redundancy, lost: number, more: number): number {
  return survivalOf(redundancy, lost + more) / survivalOf(redundancy, lost)
}

/**
 * Mean time from whole to lost (MTTDL). States are taken out one by one, from the most endangered:
 * what led into a state is passed on to where it leads, with the time spent there. Where shards are
 * lost one at a time this is the recursion h₀ = 1/λ₀, hᵢ = (1 + μᵢhᵢ₋₁)/λᵢ with the sum of all hᵢ.
 */
export function meanYearsToLoss({ rates }: LossChain): number {
  const left = rates.map(row => [...row])
  const years = rates.map(() => 1)
  for (let state = rates.length - 1; state > 0; state--) {
    const leaving = sumOf(left[state].filter((_, to) => to !== state))
    for (let from = 0; from < state; from++) {
      const share = left[from][state] / leaving
      years[from] += share * years[state]
      left[state].forEach((rate, to) => {
        left[from][to] += share * rate
      })
    }
    for (const row of left) row[state] = 0
  }
  return years[0] / left[0][rates.length]
}

/**
 * Chance that a stripe that is whole now is lost within so many years: the exponential of the rates
 * by uniformization over a short time, doubled until the years are full.
 */
export function lossWithin(chain: LossChain, years: number): number {
  const { steps, doublings } = shortSteps(chain, years)
  let over = steps
  for (let doubling = 0; doubling < doublings; doubling++) over = normalized(product(over, over))
  return over[0][chain.rates.length]
}

type Matrix = readonly (readonly number[])[]

/** The chances of going from each state to each within years ÷ 2^doublings; no state has a loop. */
function shortSteps({ rates }: LossChain, years: number): { steps: Matrix; doublings: number } {
  const lost = rates.length
  const leaving = rates.map(sumOf)
  const fastest = 2 * Math.max(...leaving)
  let doublings = 0
  let events = fastest * years
  for (; events > 0.5; events /= 2) doublings++
  const jump = [
    ...rates.map((row, from) =>
      row.map((rate, to) => (to === from ? (fastest - leaving[from]) / fastest : rate / fastest)),
    ),
    unitRow(lost, lost + 1),
  ]
  let power: Matrix = jump.map((_, from) => unitRow(from, lost + 1))
  let weight = 1
  let steps = power
  for (let count = 1; count <= termsOfSeries + lost; count++) {
    power = product(power, jump)
    weight *= events / count
    steps = steps.map((row, i) => row.map((chance, j) => chance + weight * power[i][j]))
  }
  return { steps: normalized(steps), doublings }
}

/** Of 0.5ⁿ ÷ n!; beyond the states that a path must pass, the next is less than a number tells. */
const termsOfSeries = 18

function product(left: Matrix, right: Matrix): Matrix {
  return left.map(row => {
    const out = Array<number>(row.length).fill(0)
    row.forEach((chance, middle) => {
      right[middle].forEach((next, to) => {
        out[to] += chance * next
      })
    })
    return out
  })
}

/** Somewhere a stripe must be: without this, rounding would grow with every doubling. */
function normalized(matrix: Matrix): Matrix {
  return matrix.map(row => {
    const total = sumOf(row)
    return row.map(chance => chance / total)
  })
}

function unitRow(at: number, length: number): readonly number[] {
  return Array.from({ length }, (_, index) => (index === at ? 1 : 0))
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
