/** The twin's own routes: its clock and its parties, its faults, its state and its history. */
import { isObject, type Problem } from '../../src/core/field.js'
import { formatInstant } from '../../src/core/instant.js'
import { lineOf } from '../history.js'
import type { Scenario } from '../scenario/model.js'
import type { World } from '../world.js'
import { json, parsedJson, partsOf, text, type WireAnswer, type WireRequest } from './exchange.js'
import type { Identity } from './identity.js'
import type { OutsideClock } from './outside-clock.js'
import { readFaults } from './read-faults.js'

const partyForm = /^[\w.-]{1,64}$/

export class TwinRoutes {
  constructor(
    private readonly scenario: Scenario,
    private readonly world: World,
    private readonly identity: Identity,
    private readonly clock: OutsideClock,
  ) {}

  answer(request: WireRequest): WireAnswer | Promise<WireAnswer> {
    if (request.isTooLong) return wrong(413, 'the body is too long', 'send 1 MiB at most')
    const [name, party, ...rest] = partsOf(request.path, '/twin/v1') ?? []
    if (rest.length > 0) return noRoute
    const asked = `${request.method} ${name ?? ''}`
    if (party !== undefined) return this.party(asked, party)
    switch (asked) {
      case 'GET state':
        return this.state()
      case 'GET clock':
        return this.told()
      case 'GET history':
        return this.history(request.query)
      case 'POST sleep':
        return this.sleep(request)
      case 'POST advance':
        return this.advance(parsedJson(request.body))
      case 'POST faults':
        return this.faults(parsedJson(request.body))
      default:
        return noRoute
    }
  }

  private async party(asked: string, name: string): Promise<WireAnswer> {
    if (!partyForm.test(name)) {
      return wrong(400, 'the party has no name that it can have', 'give letters, digits, - . _')
    }
    if (asked === 'PUT parties') {
      await this.clock.register(name)
      return this.told()
    }
    if (asked !== 'DELETE parties') return noRoute
    return this.clock.remove(name) ? this.told() : noParty(name)
  }

  private async sleep(request: WireRequest): Promise<WireAnswer> {
    const body = parsedJson(request.body)
    const { party, untilUs } = isObject(body) ? body : {}
    if (typeof party !== 'string' || !isWhole(untilUs)) {
      return wrong(400, 'the body is no sleep', 'send {"party": "NAME", "untilUs": N}')
    }
    if (!this.clock.isRegistered(party)) return noParty(party)
    const woken = await this.clock.sleep(party, untilUs, request.gone)
    return json(200, { nowUs: this.clock.nowUs, woken })
  }

  private async advance(body: unknown): Promise<WireAnswer> {
    const us = isObject(body) ? body.us : undefined
    if (!isWhole(us)) return wrong(400, 'the body is no advance', 'send {"us": N}')
    const advanced = await this.clock.advance(us)
    if (advanced.kind === 'reached') return this.told()
    return wrong(409, advanced.why, 'see GET /twin/v1/clock')
  }

  private async faults(body: unknown): Promise<WireAnswer> {
    const read = readFaults(body, this.clock.nowUs, this.scenario.pools)
    if (read.kind === 'wrong') return json(400, { errors: read.problems.map(problemText) })
    this.world.addFaults(read.faults)
    await this.clock.settle()
    return json(200, { nowUs: this.clock.nowUs, faults: read.faults.length })
  }

  private told(): WireAnswer {
    const { nowUs, pace, sleepers } = this.clock
    return json(200, { nowUs, now: formatInstant(nowUs), pace, parties: sleepers })
  }

  /** The cluster as the inventory port gives it, with the names that it has on the wire. */
  private state(): WireAnswer {
    const { scenario } = this
    const { cluster } = this.world.view.observe()
    const volumes = this.identity.onWire(cluster.volumes)
    return json(200, {
      schema: 'couchestor.twin/v1',
      scenario: scenario.name,
      mayastor: scenario.mayastor,
      nowUs: this.clock.nowUs,
      startUs: scenario.startUs,
      untilUs: scenario.untilUs === null ? null : scenario.startUs + scenario.untilUs,
      pools: cluster.pools,
      nodes: cluster.nodes,
      volumes,
    })
  }

  /** One entry a line; `from` leaves out so many. */
  private history(query: URLSearchParams): WireAnswer {
    const from = query.get('from') ?? '0'
    if (!/^\d{1,9}$/.test(from)) return wrong(400, 'from is no number', 'give a whole number')
    const lines = this.world.history.entries.slice(Number(from)).map(one => `${lineOf(one)}\n`)
    return text(200, 'application/x-ndjson', lines.join(''))
  }
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function problemText({ path, message, hint }: Problem): Readonly<Record<string, string>> {
  return { field: path, error: message, hint }
}

function wrong(status: number, error: string, hint: string): WireAnswer {
  return json(status, { errors: [{ error, hint }] })
}

function noParty(name: string): WireAnswer {
  return wrong(404, `there is no party ${name}`, 'register it with PUT /twin/v1/parties/NAME')
}

const noRoute = wrong(
  404,
  'there is no such route',
  'GET state, clock, history; PUT or DELETE parties/NAME; POST sleep, advance, faults',
)
