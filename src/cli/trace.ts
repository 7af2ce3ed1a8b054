/** `couchestor trace`: look at traces, convert them, make synthetic ones. */
import type { Define } from './command.js'
import { examples } from './command.js'
import { defineConvert } from './trace/convert.js'
import { defineInspect } from './trace/inspect.js'
import { defineSynthesize } from './trace/synthesize.js'

export const defineTrace: Define = (program, terminal, ending) => {
  const trace = program
    .command('trace')
    .description('Look at traces, convert them, make synthetic ones.')
    .addHelpText(
      'before',
      examples(
        'couchestor trace inspect web_0.csv.gz',
        'couchestor trace inspect metrics.json --by volume --policy policy.yaml',
        'couchestor trace convert web_0.csv.gz web_1.csv.gz web.columns',
        'couchestor trace synthesize fleet.yaml fleet.columns',
      ),
    )
  defineInspect(trace, terminal, ending)
  defineConvert(trace, terminal, ending)
  defineSynthesize(trace, terminal, ending)
}
