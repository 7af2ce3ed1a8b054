/** All subcommands together, and what they share. */
import type { Command } from 'commander'
import { type Define, type Ending, examples } from './command.js'
import { defineCompletion } from './completion.js'
import { defineConfig } from './config.js'
import { configure } from './configuration.js'
import { defineDoctor } from './doctor.js'
import { defineEc } from './ec.js'
import { defineExplain } from './explain.js'
import { defineOperator } from './operator.js'
import { definePause } from './pause.js'
import { definePreview } from './preview.js'
import { defineRelease } from './release.js'
import { defineReplay } from './replay.js'
import { defineResume } from './resume.js'
import { defineScenario } from './scenario.js'
import { defineSimulate } from './simulate.js'
import type { Terminal } from './terminal.js'
import { defineTrace } from './trace.js'
import { defineTwin } from './twin.js'
import { defineUndo } from './undo.js'
import { programVersion } from './version.js'

const commands: readonly Define[] = [
  defineSimulate,
  defineTrace,
  defineExplain,
  defineScenario,
  defineDoctor,
  definePreview,
  defineOperator,
  defineReplay,
  definePause,
  defineResume,
  defineUndo,
  defineRelease,
  defineEc,
  defineTwin,
  defineConfig,
  defineCompletion,
]

export function defineCommands(program: Command, terminal: Terminal): Ending {
  const ending: Ending = { status: 0, json: false }
  program
    .description('Storage tiering for Kubernetes volumes, simulation first.')
    .version(programVersion())
    .addHelpText(
      'before',
      examples(
        'couchestor simulate scenarios/quick-start.yaml',
        'couchestor simulate --trace mine.csv.gz --policy policy.yaml',
        'couchestor trace inspect mine.csv.gz',
      ),
    )
    .exitOverride()
    .configureOutput({
      writeOut: text => terminal.answer(text.trimEnd()),
      writeErr: () => {},
    })
  program.hook('preAction', async (_, command) => {
    await configure(command)
    ending.json = command.opts().json === true
  })
  for (const define of commands) define(program, terminal, ending)
  return ending
}
