/** What coding did: bytes instead of copies, repairs, how near stripes came to danger, savings. */
import type { CodingResult } from '../../src/core/coding-result.js'
import type { RunResult } from '../../src/core/result.js'
import { bytes, count, counted, hourUs, money, short } from '../figures.js'
import type { Statement } from '../statement.js'
import { strong, type Text } from '../text.js'

export function coding({ erasureCoding, cost }: RunResult): Statement | null {
  if (erasureCoding === null) return null
  const { conversions, volumes, lostStripes } = erasureCoding
  if (volumes === 0 && conversions.completed + conversions.undone === 0) {
    const text = 'No volume qualified: none was cold, large enough and a fifth smaller as shards.'
    return { topic: 'coding', mark: 'plain', text: [text] }
  }
  const saved = erasureCoding.savings.money?.perMonth ?? erasureCoding.savings.byteSeconds
  const good = saved > 0 ? 'good' : 'plain'
  return {
    topic: 'coding',
    mark: lostStripes > 0 ? 'bad' : good,
    text: [
      strong(counted(volumes, 'volume', 'volumes')),
      space(erasureCoding),
      ...lost(erasureCoding),
      ways(erasureCoding),
      repairs(erasureCoding),
      danger(erasureCoding),
      ...savings(erasureCoding, cost?.currency ?? ''),
    ],
  }
}

function space({ volumes, codedBytes, replicaBytes }: CodingResult): string {
  if (volumes === 0) return ' are coded at the end.'
  const verb = volumes === 1 ? 'is' : 'are'
  return ` ${verb} coded: ${bytes(codedBytes)} raw instead of ${bytes(replicaBytes)}.`
}

function lost({ lostStripes }: CodingResult): Text {
  if (lostStripes === 0) return []
  const verb = lostStripes === 1 ? 'is' : 'are'
  return [' ', strong(`${counted(lostStripes, 'stripe', 'stripes')} ${verb} beyond repair`), '.']
}

function ways({ conversions: { back, undone } }: CodingResult): string {
  const parts = [
    back > 0 ? `${count(back)} went back to replicas` : '',
    undone > 0 ? `${count(undone)} conversions were undone` : '',
  ].filter(part => part !== '')
  return parts.length === 0 ? '' : ` ${parts.join('; ')}.`
}

function repairs({ degradedReads, repairedShards, repairedBytes }: CodingResult): string {
  const read = counted(degradedReads, 'degraded read', 'degraded reads')
  if (repairedShards === 0) return ` ${read}; no shard had to be made again.`
  return ` ${read}; ${short(repairedShards)} shards made again, ${bytes(repairedBytes)} of traffic.`
}

function danger({ endangeredStripes, endangeredStripeSeconds }: CodingResult): string {
  if (endangeredStripes === 0) return ' No stripe was one loss from danger.'
  const stripeHours = short((endangeredStripeSeconds * 1_000_000) / hourUs)
  const times = `${short(endangeredStripes)} times, ${stripeHours} stripe-hours in all`
  return ` Stripes were one loss from danger ${times}.`
}

/** On a line of its own: what these volumes' replicas had cost more. */
function savings({ savings: { money: saved, freedBytes } }: CodingResult, currency: string): Text {
  if (saved !== null && saved.perMonth !== 0) {
    const word = saved.perMonth > 0 ? 'saves' : 'costs'
    return [` It ${word} `, strong(`${money(Math.abs(saved.perMonth), currency)} a month`), '.']
  }
  const freed = freedBytes.hot + freedBytes.warm + freedBytes.cold
  if (freed === 0) return []
  return [` It ${freed > 0 ? 'frees' : 'takes'} `, strong(bytes(Math.abs(freed))), '.']
}
