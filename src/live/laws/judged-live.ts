/**
 * Which laws an operator judges while it runs in a cluster, and which parts of them it leaves out:
 * whatever a stale answer, another person's deed or a restart may make look broken.
 */

export const lawsJudgedLive: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 13, 16]

export interface LeftOut {
  readonly law: number
  readonly what: string
  readonly why: string
}

export const leftOutLive: readonly LeftOut[] = [
  {
    law: 1,
    what: 'a removal that cannot be put down to one command of ours',
    why: 'another person, self-heal or a lost answer may be behind it',
  },
  {
    law: 2,
    what: 'that the volume was read within 5 s before the command',
    why: 'the instant is that of the question, and a server may be slow to answer',
  },
  {
    law: 2,
    what: 'a removal beside which a pool, a node or a replica on that node is not healthy',
    why: 'Mayastor removes what is unhealthy first, and tells it up to 30 s late',
  },
  {
    law: 3,
    what: 'objects of people that nobody has taken up yet',
    why: 'they wait for a slot and hold none',
  },
  {
    law: 4,
    what: 'a cooldown from a migration whose object is gone',
    why: 'a person who deletes the object ends the cooldown',
  },
  {
    law: 7,
    what: 'how long a cordon stands, and that it is undone first after a restart',
    why: 'a server that is away delays it; CouchestorDown and the window’s age tell it',
  },
  {
    law: 7,
    what: 'cordons of others that we clear',
    why: 'a cordon has no owner, and a person may set the same one meanwhile',
  },
  {
    law: 13,
    what: 'room in bytes',
    why: 'pools and volumes are listed at different instants',
  },
  {
    law: 16,
    what: 'volumes that need repair',
    why: 'a replica’s state is up to 30 s old, and copies of ours look like repair',
  },
  { law: 11, what: 'all of it', why: 'no coder runs in a cluster yet' },
  { law: 15, what: 'all of it', why: 'no coder runs in a cluster yet' },
]
