/** A network between one operator and one server: it can be cut, and it can be slow. */
import { connect, createServer, type Server, type Socket } from 'node:net'
import { freePort } from '../controlplane/ports.js'

export class Relay {
  private server: Server | null = null
  private readonly sockets = new Set<Socket>()
  /** Of what goes to the server, from now on. */
  delayMs = 0

  private constructor(
    private readonly target: URL,
    private readonly port: number,
  ) {}

  static async before(url: string): Promise<Relay> {
    const relay = new Relay(new URL(url), await freePort())
    await relay.open()
    return relay
  }

  /** The server's, through the relay. */
  get url(): string {
    return `${this.target.protocol}//127.0.0.1:${this.port}`
  }

  async open(): Promise<void> {
    const server = createServer(near => this.carry(near))
    this.server = server
    await new Promise<void>(resolve => {
      server.listen(this.port, '127.0.0.1', resolve)
    })
  }

  /** Connections break, and nobody gets a new one. */
  async cut(): Promise<void> {
    const { server } = this
    if (server === null || !server.listening) return
    const closed = new Promise(resolve => server.close(resolve))
    this.breakAll()
    await closed
  }

  /** Connections break. */
  breakAll(): void {
    for (const socket of this.sockets) socket.destroy()
  }

  private carry(near: Socket): void {
    const far = connect(Number(this.target.port), this.target.hostname)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => this.sockets.delete(one) && other.destroy())
    }
    far.on('data', part => near.write(part))
    near.on('data', part => {
      setTimeout(() => far.write(part), this.delayMs)
    })
  }
}
