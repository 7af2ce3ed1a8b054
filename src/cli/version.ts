/**
 * The program's version, from the package that it belongs to: two folders up, or three when built.
 */
import { existsSync, readFileSync } from 'node:fs'

export function programVersion(): string {
  for (const path of ['../../package.json', '../../../package.json']) {
    const url = new URL(path, import.meta.url)
    if (!existsSync(url)) continue
    const document: unknown = JSON.parse(readFileSync(url, 'utf8'))
    if (typeof document !== 'object' || document === null) continue
    if (!('name' in document) || document.name !== 'couchestor') continue
    if ('version' in document && typeof document.version === 'string') return document.version
  }
  return '0.0.0'
}

/** A document as scripts read it: what it is, who wrote it, and its keys. */
export function documentOf<Content extends object>(
  kind: string,
  content: Content,
): { readonly schema: string; readonly couchestor: string } & Content {
  return { schema: `couchestor.${kind}/v1`, couchestor: programVersion(), ...content }
}
