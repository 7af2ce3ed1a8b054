/**
 * Builds the portable engine's kernel: assembly/kernel.ts to WebAssembly, and its bytes into a
 * TypeScript file that is checked in. With --check nothing is written: status 1 where the file is
 * not what a build makes.
 *
 *   npm run kernel [-- --check]
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const source = fileURLToPath(new URL('../assembly/kernel.ts', import.meta.url))
const target = fileURLToPath(new URL('../src/ec/portable/kernel.ts', import.meta.url))

const text = textOf(await build())
if (!process.argv.includes('--check')) writeFileSync(target, text)
else if (readFileSync(target, 'utf8') !== text) {
  process.stderr.write('error: src/ec/portable/kernel.ts is not what `npm run kernel` makes\n')
  process.exitCode = 1
}

/** The module's bytes. Its memory is imported and shared; 65536 pages are the most there can be. */
async function build() {
  let bytes = null
  const flags = ['--importMemory', '--sharedMemory', '--initialMemory', '1']
  flags.push('--maximumMemory', '65536', '--runtime', 'stub', '--noAssert', '-O3')
  flags.push('--enable', 'simd', '--enable', 'threads')
  const { error, stderr } = await asc.main(['kernel.ts', '--outFile', 'kernel.wasm', ...flags], {
    readFile: name => (name === 'kernel.ts' ? readFileSync(source, 'utf8') : null),
    writeFile: (_, content) => {
      bytes = content
    },
    listFiles: () => [],
  })
  if (error !== null || bytes === null) throw new Error(`${error}\n${stderr.toString()}`)
  return bytes
}

function textOf(bytes) {
  const lines = Buffer.from(bytes)
    .toString('base64')
    .match(/.{1,92}/g)
    .map(line => `  '${line}',`)
  return [
    '/** The portable engine’s kernel, made from assembly/kernel.ts by `npm run kernel`. */',
    '',
    '/** WebAssembly in base64. */',
    'export const kernelBase64 = [',
    ...lines,
    "].join('')",
    '',
  ].join('\n')
}
