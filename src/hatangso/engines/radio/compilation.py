"""How the formulas are compiled: one place for numba's options.

Numba keeps what it compiled in the folder that ``NUMBA_CACHE_DIR`` names (the edge of the program
sets it before the engine is imported; without it, beside the sources). Its cache knows when a
function's own file changed, but not when a file that it calls did: the edge gives each state of the
sources a folder of its own.
"""

import numba

#: Compiles a formula as it stands: float64, IEEE order of operations, division by zero gives inf.
compiled = numba.njit(cache=True, error_model="numpy", nogil=True)

#: For inner loops that no NaN and no infinity ever enters: any order of operations, vector code.
compiled_fast = numba.njit(cache=True, error_model="numpy", nogil=True, fastmath=True)

#: As ``compiled_fast``, put into its caller's loop, so that the loop can become vector code.
inlined_fast = numba.njit(
    cache=True, error_model="numpy", nogil=True, fastmath=True, inline="always"
)

#: For inner loops that may meet NaN, which stands for what is not known.
compiled_fast_nan = numba.njit(
    cache=True,
    error_model="numpy",
    nogil=True,
    fastmath={"reassoc", "contract", "arcp", "nsz", "afn"},
)

#: For loops over radials and rows, shared among threads.
compiled_parallel = numba.njit(cache=True, error_model="numpy", nogil=True, parallel=True)
