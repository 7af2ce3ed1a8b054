/** The well-known traces of separated text: how each is recognised, and what its columns mean. */
import type { ColumnSpec } from '../columns.js'
import { named, type OperationWords, oneReads, scsi, zeroReads } from './operation-words.js'

export interface KnownText {
  readonly name: string
  readonly title: string
  /** A data row, recognised by its form. */
  readonly row: RegExp
  /** A header line, where the format has one. */
  readonly header: RegExp | null
  readonly separator: 'comma' | 'space'
  readonly columns: ColumnSpec
  readonly operationOf: OperationWords
  /** Rows without an operation are passed over and counted. */
  readonly skipsNoOperation?: boolean
  /** The unit of the time is not in the file, and was taken from its looks. */
  readonly assumesUnit?: boolean
}

const at = (column: number, bytes: number) => ({ column, bytes })
const plain = { operation: null, response: null, repeat: null }

export const knownTexts: readonly KnownText[] = [
  {
    name: 'msr',
    title: 'MSR Cambridge',
    row: /^\d{17,19},[^,]+,\d+,(?:Read|Write),\d+,\d+,\d+$/i,
    header: /^timestamp,hostname,disknumber,type,offset,size,responsetime$/i,
    separator: 'comma',
    operationOf: named,
    columns: {
      ...plain,
      time: { column: 1, unit: 'filetime' },
      volume: [2, 3],
      operation: 4,
      offset: at(5, 1),
      length: at(6, 1),
      response: { column: 7, unit: 'ticks' },
    },
  },
  {
    name: 'alibaba-2020',
    title: 'Alibaba block traces 2020',
    row: /^\d+,[RW],\d+,\d+,\d{13,17}$/,
    header: /^device_id,opcode,offset,length,timestamp$/i,
    separator: 'comma',
    operationOf: named,
    columns: {
      ...plain,
      time: { column: 5, unit: 'us' },
      volume: [1],
      operation: 2,
      offset: at(3, 1),
      length: at(4, 1),
    },
  },
  {
    name: 'tencent-cbs',
    title: 'Tencent CBS 2018',
    row: /^\d{10},\d+,\d+,[01],\d+$/,
    header: /^timestamp,offset,size,iotype,volumeid$/i,
    separator: 'comma',
    operationOf: zeroReads,
    columns: {
      ...plain,
      time: { column: 1, unit: 's' },
      volume: [5],
      operation: 4,
      offset: at(2, 512),
      length: at(3, 512),
    },
  },
  {
    name: 'cloudphysics-csv',
    title: 'CloudPhysics CSV',
    row: /^\d+,\d+(?:\.\d+)?,[0-9a-f]{1,2},\d+,\d+$/i,
    header: /^version,time,op,size,lbn$/i,
    separator: 'comma',
    operationOf: scsi,
    columns: {
      ...plain,
      time: { column: 2, unit: 's' },
      volume: [],
      operation: 3,
      offset: at(5, 512),
      length: at(4, 1),
    },
  },
  {
    name: 'systor17',
    title: 'SYSTOR ’17',
    row: /^\d+\.\d+,(?:\d+\.\d+)?,[RW]?,\d+,\d+,\d+$/,
    header: /^timestamp,response,iotype,lun,offset,size$/i,
    separator: 'comma',
    operationOf: named,
    skipsNoOperation: true,
    columns: {
      ...plain,
      time: { column: 1, unit: 's' },
      volume: [4],
      operation: 3,
      offset: at(5, 1),
      length: at(6, 1),
      response: { column: 2, unit: 's' },
    },
  },
  {
    name: 'tectonic',
    title: 'Meta Tectonic by CacheLib',
    row: /^\d{10}(?:\.\d+)?,[^,]+,\d+,\d+,\d+,[^,]*,[^,]*,(?:get|put)[^,]*,\d+,/,
    header: /^op_time,block_id,block_id_size,io_size,io_offset,user_name,user_namespace,op_name,/i,
    separator: 'comma',
    operationOf: named,
    columns: {
      time: { column: 1, unit: 's' },
      volume: [7],
      operation: 8,
      offset: at(5, 1),
      length: at(4, 1),
      response: null,
      repeat: 9,
    },
  },
  {
    name: 'spc',
    title: 'SPC (UMass)',
    row: /^\d+,\d+,\d+,[rRwW],\d+(?:\.\d+)?(?:,.*)?$/,
    header: null,
    separator: 'comma',
    operationOf: named,
    columns: {
      ...plain,
      time: { column: 5, unit: 's' },
      volume: [1],
      operation: 4,
      offset: at(2, 512),
      length: at(3, 1),
    },
  },
  {
    name: 'fiu',
    title: 'FIU SRCMap or IODedup',
    row: /^\d+\s+\d+\s+\S+\s+\d+\s+\d+\s+[WR]\s+\d+\s+\d+(?:\s+[0-9a-f]+)?$/i,
    header: null,
    separator: 'space',
    operationOf: named,
    columns: {
      ...plain,
      time: { column: 1, unit: 'ns' },
      volume: [7, 8],
      operation: 6,
      offset: at(4, 512),
      length: at(5, 512),
    },
  },
  {
    name: 'mqsim-ascii-ns',
    title: 'MQSim or SSDSim ASCII',
    row: /^\d+\s+\d+\s+\d+\s+\d+\s+[01]$/,
    header: null,
    separator: 'space',
    operationOf: oneReads,
    assumesUnit: true,
    columns: {
      ...plain,
      time: { column: 1, unit: 'ns' },
      volume: [2],
      operation: 5,
      offset: at(3, 512),
      length: at(4, 512),
    },
  },
  {
    name: 'disksim-ascii-ms',
    title: 'DiskSim ASCII',
    row: /^\d+\.\d+\s+\d+\s+\d+\s+\d+\s+[01]$/,
    header: null,
    separator: 'space',
    operationOf: oneReads,
    assumesUnit: true,
    columns: {
      ...plain,
      time: { column: 1, unit: 'ms' },
      volume: [2],
      operation: 5,
      offset: at(3, 512),
      length: at(4, 512),
    },
  },
]
