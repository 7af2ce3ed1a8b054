/** What comes to a port: it is kept, and carried on to a server, or left without an answer. */
import { connect, createServer, type Socket } from 'node:net'
import { freePort } from '../controlplane/ports.js'

export interface Tap {
  readonly url: string
  /** All that came so far. */
  heard(): string
  close(): void
}

/** `target`: a URL; null: nobody ever answers. */
export async function tapBefore(target: string | null): Promise<Tap> {
  const sockets = new Set<Socket>()
  let text = ''
  const server = createServer(near => {
    const far = target === null ? null : connect(Number(new URL(target).port), '127.0.0.1')
    for (const socket of [near, far]) {
      if (socket === null) continue
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        near.destroy()
        far?.destroy()
      })
    }
    near.on('data', part => {
      text += part.toString('latin1')
      far?.write(part)
    })
    far?.pipe(near)
  })
  const port = await freePort()
  await new Promise<void>(resolve => {
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${port}`,
    heard: () => text,
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
