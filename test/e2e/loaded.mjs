// Loaded before the program (`--import`): when that ends, it tells which packages it loaded, and to
// which ports it connected.
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Socket } from 'node:net'

const { cache } = createRequire(import.meta.url)
const ports = new Set()
const { connect } = Socket.prototype

Socket.prototype.connect = function connectTold(...words) {
  const [first] = words.flat()
  ports.add(Number(typeof first === 'object' ? first?.port : first))
  return connect.apply(this, words)
}

process.on('exit', () => {
  const told = { modules: Object.keys(cache), ports: [...ports] }
  writeFileSync(process.env.LOADED_FILE, JSON.stringify(told))
})
