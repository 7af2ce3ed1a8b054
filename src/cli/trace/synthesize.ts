/** `couchestor trace synthesize`: a made-up fleet as a trace. */
import { Refused } from '../../core/errors.js'
import type { Define } from '../command.js'
import { examples } from '../command.js'
import * as interrupt from '../interrupt.js'
import { refuseTarget } from './convert.js'
import { grouped } from './figures.js'

export const defineSynthesize: Define = (trace, terminal) => {
  trace
    .command('synthesize')
    .argument('<spec>', 'YAML or JSON: volumes, interval, length, start, seed, shares')
    .argument('<out>', 'the column file to write')
    .description('A fleet of volumes that behave as real ones do, from a seed.')
    .option('--force', 'replace a file that is there already')
    .addHelpText(
      'before',
      examples(
        "echo '{volumes: 60, interval: 5m, length: 14d, seed: 7}' > fleet.yaml",
        'couchestor trace synthesize fleet.yaml fleet.columns',
        'couchestor simulate --trace fleet.columns',
      ),
    )
    .action(async (file: string, out: string, flags: { readonly force?: boolean }) => {
      const { errorsOf, readYaml } = await import('../scenario/yaml-file.js')
      const { parseFleetSpec } = await import('../../../traces/fleet-spec.js')
      const { synthesize } = await import('../../../traces/synthesize.js')
      const [document] = readYaml(file)
      const parsed = parseFleetSpec(document?.value ?? null)
      if (!parsed.ok) throw new Refused(errorsOf(parsed.problems, file, document ?? null))
      await refuseTarget([file], out, flags.force === true)
      await synthesize(parsed.value, out, interrupt)
      const volumes = grouped(parsed.value.volumes.length)
      terminal.answer(`${out}: ${volumes} volumes, synthetic, seed ${parsed.value.seed}`)
    })
}
