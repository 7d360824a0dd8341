/* What a program in C does: the blocking call, in place, once all ranks are there. Returns milliseconds. */
#include <mpi.h>

double allreduce_ms(float *values, int count) {
  MPI_Barrier(MPI_COMM_WORLD);
  double begin = MPI_Wtime();
  MPI_Allreduce(MPI_IN_PLACE, values, count, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
  return (MPI_Wtime() - begin) * 1e3;
}
