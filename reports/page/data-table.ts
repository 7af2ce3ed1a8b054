/**
 * A table of the report as HTML: a caption, headers with their scope, links to volumes that are
 * drawn.
 */
import type { Table } from '../table.js'
import { type Html, html } from './html.js'

export function dataTable(table: Table, links: ReadonlyMap<string, string>): Html {
  const { id, title, note, columns } = table
  return html`<section id="${id}" aria-labelledby="${id}-h">
<h2 id="${id}-h">${title}</h2>
${note === '' ? null : html`<p>${note}</p>`}
<div class="scroll" tabindex="0" role="region" aria-labelledby="${id}-h"><table>
<thead><tr>${columns.map(
    column => html`<th scope="col" class="${kind(column)}">${column.title}</th>`,
  )}</tr></thead>
<tbody>${table.rows.map(
    row => html`<tr>${row.map((cell, index) => drawn(cell, index, table, links))}</tr>
`,
  )}</tbody>
</table></div>
${table.left === 0 ? null : html`<p class="more">… and ${table.left} more.</p>`}
</section>
`
}

function drawn(
  cell: string,
  index: number,
  table: Table,
  links: ReadonlyMap<string, string>,
): Html {
  if (index > 0) return html`<td class="${kind(table.columns[index])}">${cell}</td>`
  const link = links.get(cell)
  const named = link === undefined ? cell : html`<a href="${link}">${cell}</a>`
  return html`<th scope="row">${named}</th>`
}

function kind(column: Table['columns'][number]): string {
  if (column.isNumber) return 'number'
  return column.isLong ? 'long' : 'words'
}
