/** Links of a document to other files of the repository: they lead somewhere. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { repository } from './source.js'
import type { TextFile } from './texts.js'

export function brokenLinks({ path, text }: TextFile): readonly string[] {
  return text.split('\n').flatMap((line, index) =>
    [...line.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = '']) => {
      const file = target.replace(/#.*$/, '')
      if (file === '' || /^[a-z]+:/.test(file)) return []
      if (existsSync(join(repository, dirname(path), file))) return []
      return [`${path}:${index + 1} ${target} leads nowhere: link to what is there`]
    }),
  )
}
