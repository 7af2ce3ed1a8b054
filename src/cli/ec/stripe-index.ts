/** `couchestor ec index`: ECStripe objects made to agree with the containers of a directory. */
import { addKubernetesFlags } from '../cluster/flags.js'
import type { Define } from '../command.js'
import { examples } from '../command.js'
import { engineHelp } from './coded-directory.js'
import type { IndexFlags } from './stripe-index/run.js'

export const defineStripeIndex: Define = (ec, terminal, ending) => {
  const command = ec
    .command('index')
    .argument('<dir>', 'a directory that ec encode made')
    .summary('keep the ECStripe objects of a cluster as the containers are')
    .description(
      'Make the ECStripe objects of a coded volume agree with its containers: they are the truth.',
    )
    .option('--volume <id>', 'the volume that the objects name; else the one in the containers')
    .option('--policy <name>', 'the ErasureCodingPolicy that they name')
    .option(
      '--place <n=pool@node>',
      'what pool-N is called in the cluster (repeatable)',
      collect,
      [],
    )
    .option('--verify', 'read every block, and not only the heads of the containers')
    .option('--check', 'write nothing; status 1 names each difference')
    .option('--delete', 'remove all objects of the volume')
    .option('--engine <name>', engineHelp)
    .option('--json', 'answer with one JSON document')
    .addHelpText(
      'before',
      examples(
        'couchestor ec index coded --place 0=cold-0@node-3 --place 1=cold-1@node-4',
        'couchestor ec index coded --policy archive --check --json',
        'couchestor ec index coded --delete',
      ),
    )
  addKubernetesFlags(command).action(async (directory: string, flags: IndexFlags) => {
    const { indexCommand } = await import('./stripe-index/run.js')
    ending.status = await indexCommand(directory, flags, terminal)
  })
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value]
}
