/** docs/reasons.md, from the table of reasons. */
import { type Reason, reasons } from './reasons.js'

/** docs/reasons.md: every code with its meaning and remedy. */
export function reasonsMarkdown(): string {
  const title: Record<Reason['verdict'], string> = {
    stay: 'Why a volume stays',
    move: 'Why a volume moves',
    blocked: 'Why a volume is blocked',
    outcome: 'How a migration ended',
  }
  const lines = [
    '# Reasons',
    '',
    'Every decision carries one of these codes. Figures in braces are',
  ]
  lines.push('filled in by `couchestor explain`, the report and the policy’s status.', '')
  for (const verdict of ['stay', 'move', 'blocked', 'outcome'] as const) {
    lines.push(
      `## ${title[verdict]}`,
      '',
      '| Code | Meaning | What would change it |',
      '|---|---|---|',
    )
    for (const [code, row] of Object.entries(reasons)) {
      if (row.verdict === verdict)
        lines.push(`| \`${code}\` | ${row.says} | ${row.change || 'Nothing.'} |`)
    }
    lines.push('')
  }
  return lines.join('\n')
}
