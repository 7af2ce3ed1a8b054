/** An address to listen on, as `127.0.0.1:8081` or `[::1]:8081`. */
import { usage } from '../usage.js'

export interface Address {
  readonly host: string
  readonly port: number
}

export function parseAddress(text: string, flag: string): Address {
  const match = /^(?:\[([\da-f:.]+)\]|([\w.-]+)):(\d{1,5})$/i.exec(text)
  const port = Number(match?.[3])
  const host = match?.[1] ?? match?.[2]
  if (host !== undefined && port <= 65_535) return { host, port }
  throw usage(`${flag} is ${JSON.stringify(text)}`, 'give HOST:PORT, for instance 127.0.0.1:8081')
}

/** As a URL has it. */
export function originOf({ host, port }: Address): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
