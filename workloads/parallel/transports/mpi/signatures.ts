/**
 * Kinds of arguments: memory is handed over as a typed array, handles of Open MPI are addresses that are only handed back, `size` is
 * an `MPI_Aint`.
 */
export interface ArgumentTypes {
  memory: ArrayBufferView | null;
  handle: bigint;
  int: number;
  size: number;
}

export type ArgumentKind = keyof ArgumentTypes;

const reduction = ['handle', 'memory', 'int', 'handle', 'handle', 'handle', 'memory'] as const;
const transfer = ['memory', 'int', 'handle', 'int', 'size', 'int', 'handle', 'handle'] as const;
const message = ['memory', 'int', 'handle', 'int', 'int', 'handle', 'memory'] as const;

/** The functions of libmpi that are called, and what they take, from mpi.h. Each returns an error code. */
export const signatures = {
  MPI_Init_thread: ['memory', 'memory', 'int', 'memory'],
  MPI_Finalize: [],
  MPI_Abort: ['handle', 'int'],
  MPI_Error_string: ['int', 'memory', 'memory'],
  MPI_Get_processor_name: ['memory', 'memory'],
  MPI_Comm_rank: ['handle', 'memory'],
  MPI_Comm_size: ['handle', 'memory'],
  MPI_Comm_split: ['handle', 'int', 'int', 'memory'],
  MPI_Comm_idup: ['handle', 'memory', 'memory'],
  MPI_Comm_free: ['memory'],
  MPI_Comm_set_errhandler: ['handle', 'handle'],
  MPI_Test: ['memory', 'memory', 'handle'],
  MPI_Iprobe: ['int', 'int', 'handle', 'memory', 'handle'],
  MPI_Isend: message,
  MPI_Irecv: message,
  MPI_Ibarrier: ['handle', 'memory'],
  MPI_Iallreduce: reduction,
  MPI_Win_allocate: ['size', 'int', 'handle', 'handle', 'memory', 'memory'],
  MPI_Win_set_errhandler: ['handle', 'handle'],
  MPI_Win_lock_all: ['int', 'handle'],
  MPI_Win_unlock_all: ['handle'],
  MPI_Win_flush: ['int', 'handle'],
  MPI_Win_free: ['memory'],
  MPI_Get: transfer,
  MPI_Put: transfer,
  MPI_Fetch_and_op: ['memory', 'memory', 'handle', 'int', 'size', 'handle', 'handle'],
} as const satisfies Readonly<Record<string, readonly ArgumentKind[]>>;

export type MpiFunction = keyof typeof signatures;

type ArgumentsOf<Kinds extends readonly ArgumentKind[]> = {
  readonly [Index in keyof Kinds]: ArgumentTypes[Kinds[Index]];
};

export type Arguments<Name extends MpiFunction> = ArgumentsOf<(typeof signatures)[Name]>;

/** Variables of Open MPI's library whose addresses are what mpi.h calls MPI_COMM_WORLD, MPI_FLOAT and so on. */
export const variables = {
  world: 'ompi_mpi_comm_world',
  float: 'ompi_mpi_float',
  byte: 'ompi_mpi_byte',
  int64: 'ompi_mpi_int64_t',
  sum: 'ompi_mpi_op_sum',
  replace: 'ompi_mpi_op_replace',
  noOperation: 'ompi_mpi_op_no_op',
  infoNull: 'ompi_mpi_info_null',
  errorsReturn: 'ompi_mpi_errors_return',
} as const;

export type MpiVariable = keyof typeof variables;

/** Of mpi.h of Open MPI 4 and 5. */
export const constants = {
  inPlace: 1n,
  ignore: 0n,
  anySource: -1,
  anyTag: -1,
  undefinedColour: -32766,
  threadSerialized: 2,
  noCheck: 1,
  /** MPI_MAX_ERROR_STRING and MPI_MAX_PROCESSOR_NAME. */
  textBytes: 256,
} as const;
