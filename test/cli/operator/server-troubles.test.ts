import { expect, it } from 'vitest'
import { ServerTroubles } from '../../../src/cli/operator/server-troubles.js'

it('a server that cannot be asked is told once for each reason, and when it answers again', () => {
  const lines: string[] = []
  const troubles = new ServerTroubles(({ level, message, fields }) => {
    lines.push(`${level} ${message}: ${Object.values(fields).join(', ')}`)
  })
  const heard = [
    ...(['mayastor', 'prometheus'] as const).map(server => [server, null] as const),
    ...[null, 'cut', 'cut', 'late', 'late', null, null, 'cut'].map(
      why => ['mayastor', why] as const,
    ),
    ['prometheus', 'cut'] as const,
  ]
  for (const [server, why] of heard) {
    troubles.ended(server, { why, method: 'PUT', attempt: 1 })
  }
  expect(lines).toEqual([
    'warn a server does not answer: mayastor, cut',
    'warn a server does not answer: mayastor, late',
    'info a server answers again: mayastor',
    'warn a server does not answer: mayastor, cut',
    'warn a server does not answer: prometheus, cut',
  ])
})

it('a question that is answered when it is asked again is no trouble', () => {
  const lines: string[] = []
  const troubles = new ServerTroubles(({ message }) => lines.push(message))
  for (const method of ['GET', 'POST']) {
    troubles.ended('mayastor', { why: 'cut', method, attempt: 1 })
    troubles.ended('mayastor', { why: null, method, attempt: 2 })
  }
  expect(lines).toEqual([])
  troubles.ended('mayastor', { why: 'cut', method: 'GET', attempt: 2 })
  expect(lines).toEqual(['a server does not answer'])
})

it('two questions in a row that fail are, though each was asked once', () => {
  const lines: string[] = []
  const troubles = new ServerTroubles(({ message }) => lines.push(message))
  const question = { method: 'GET', attempt: 1 }
  for (const why of ['large', null, 'large']) troubles.ended('mayastor', { ...question, why })
  expect(lines).toEqual([])
  troubles.ended('mayastor', { ...question, why: 'large' })
  expect(lines).toEqual(['a server does not answer'])
})
