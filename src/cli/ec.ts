/** `couchestor ec`: files as erasure-coded directories, one container on each pool. */
import type { Define } from './command.js'
import { examples } from './command.js'
import { defineBench } from './ec/bench.js'
import { defineDecode } from './ec/decode.js'
import { defineEncode } from './ec/encode.js'
import { defineRepair } from './ec/repair.js'
import { defineScrub } from './ec/scrub.js'
import { defineStripeIndex } from './ec/stripe-index.js'
import { defineTorture } from './ec/torture.js'
import { defineVerify } from './ec/verify.js'

export const defineEc: Define = (program, terminal, ending) => {
  const ec = program
    .command('ec')
    .description('Code files over pools, read them back, check and repair them.')
    .addHelpText(
      'before',
      examples(
        'couchestor ec encode volume.img coded --code rs-4-2',
        'couchestor ec verify coded',
        'couchestor ec repair coded',
        'couchestor ec decode coded volume.img',
      ),
    )
  for (const define of [
    defineEncode,
    defineDecode,
    defineVerify,
    defineRepair,
    defineScrub,
    defineStripeIndex,
    defineBench,
    defineTorture,
  ]) {
    define(ec, terminal, ending)
  }
}
