"""Words that every MicroPython has in its ROM anyway, because its own modules are written with them.

A name that is one of them costs no heap on the chip; any other costs some 10 bytes for good. Left out is what an object
may be asked for by somebody who does not know it (get, keys, write ...); what the firmware itself writes is left out by
the build. What many files write gets the shortest, because the size of .mpy that is resident is bounded, too.
host_tests/system/test_shorten.py sees to it that the interpreters here have them.
"""

_TEXT = """
aes pow sep sub argv copy eval hash help seed array deque input match round slice stdin union IOBase RingIO extend
format lstrip search stderr stdout struct schedule

acos acosh asin asinh atan atan2 atanh ceil copysign cos cosh degrees erf erfc exp expm1 fabs floor fmod frexp gamma
isclose isfinite isinf isnan ldexp lgamma log10 log2 modf pi radians sin sinh sqrt tan tanh trunc phase polar rect

ARRAY BFINT16 BFINT32 BFINT8 BFUINT16 BFUINT32 BFUINT8 BF_LEN BF_POS FLOAT32 FLOAT64 INT INT16 INT32 INT64 INT8 LONG
LONGLONG NATIVE PTR SHORT UINT UINT16 UINT32 UINT64 UINT8 ULONG USHORT VOID bytes_at sizeof

EACCES EALREADY EBADF EEXIST EINVAL EIO EISDIR ENOBUFS ENODEV ENOENT ENOMEM ENOTCONN EPERM

GS2_HMSB GS4_HMSB GS8 RGB565 blit ellipse hline pixel poly scroll vline

choice randint uniform heapify heappop heappush crc32

islower isspace isupper rindex issubset fromkeys popitem

EOFError Ellipsis complex delattr divmod globals locals oct reversed

AUTO GZIP RAW ZLIB popleft StringIO getvalue calcsize gmtime mktime time_ns VfsFat umount mem8 mem16 mem32 Signal
maxsize md5 sha1 rsplit center

gather Server awrite aclose

callable deleter enumerate frozenset getter setter issubclass repr setdefault splitlines super isalpha isdigit
isdisjoint issuperset rfind rpartition zip iterable iterator generator closure bytecode native viper ptr ptr8 ptr16
ptr32 uint heap_lock opt_level stack_use qstr_info pend_throw ps1 ps2 platform a2b_base64 b2a_base64 unhexlify
addressof ULONGLONG randrange heapq framebuf fill fill_rect MONO_HLSB MONO_HMSB MONO_VLSB MVLSB DeflateIO CERT_NONE
POLLERR modify sendto recvfrom setsockopt makefile readlines EADDRINUSE EOPNOTSUPP ECONNRESET ilistdir statvfs VfsLfs1
progsize lookahead readsize ticks_cpu pack_into main_task runq_len waitq_len queue_read exc_type abs_tol rel_tol
uctypes chunked hashes latest deps dest short_hash errorcode namedtuple cryptolib LockType AF_INET6 SOCK_RAW SO_LINGER
SOL_SOCKET EAGAIN ETIMEDOUT IOQueue NameError NoneType IndexError SSLContext SSLSocket PinBase DELETE PATCH single
recv_into readonly imag real indices separators backlog factorial BIG_ENDIAN urandom waiting waiter is_set
ArithmeticError AssertionError AttributeError BaseException CERT_OPTIONAL CERT_REQUIRED CancelledError ECONNABORTED
ECONNREFUSED EHOSTUNREACH EINPROGRESS FrameBuffer FrameBuffer1 GeneratorExit IndentationError LITTLE_ENDIAN
LookupError NotImplementedError PROTOCOL_TLS_CLIENT PROTOCOL_TLS_SERVER SingletonGenerator StopAsyncIteration
StopIteration StreamReader StreamWriter SyntaxError ThreadSafeFlag UnicodeError ViperTypeError ZeroDivisionError
bound_method call_exception_handler classmethod create_task current_task get_ciphers get_event_loop heap_unlock
implementation intersection intersection_update load_verify_locations new_event_loop print_exception queue_write
return_exceptions run_forever server_hostname server_side set_ciphers setblocking staticmethod status_code
stream_awrite symmetric_difference unpack_from verify_callback verify_mode version_info wait_for_ms wait_io_event
wrap_socket
"""

WORDS = tuple(_TEXT.split())
