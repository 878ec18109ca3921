"""Words that every MicroPython has in its ROM anyway, because its own modules are written with them.

A name that is one of them costs no heap on the chip; any other costs some 10 bytes for good. Left out is what an object
may be asked for by somebody who does not know it (get, keys, write ...); what the firmware itself writes is left out by
the build.
host_tests/system/test_shorten.py sees to it that the interpreters here have them.
"""

_TEXT = """
acos acosh asin asinh atan atan2 atanh ceil copysign cos cosh degrees erf erfc exp expm1 fabs factorial floor fmod
frexp gamma isclose isfinite isinf isnan ldexp lgamma log10 log2 modf pi radians sin sinh sqrt tan tanh trunc
phase polar rect

ARRAY BFINT16 BFINT32 BFINT8 BFUINT16 BFUINT32 BFUINT8 BF_LEN BF_POS BIG_ENDIAN FLOAT32 FLOAT64 INT INT16 INT32 INT64
INT8 LITTLE_ENDIAN LONG LONGLONG NATIVE PTR SHORT UINT UINT16 UINT32 UINT64 UINT8 ULONG ULONGLONG USHORT VOID
addressof bytearray_at bytes_at sizeof

EACCES EADDRINUSE EALREADY EBADF ECONNABORTED ECONNREFUSED ECONNRESET EEXIST EHOSTUNREACH EINPROGRESS EINVAL
EIO EISDIR ENOBUFS ENODEV ENOENT ENOMEM ENOTCONN EOPNOTSUPP EPERM ETIMEDOUT errorcode

GS2_HMSB GS4_HMSB GS8 MONO_HLSB MONO_HMSB MONO_VLSB RGB565 blit ellipse fill_rect hline pixel poly scroll vline

choice getrandbits randint randrange uniform heapify heappop heappush a2b_base64 b2a_base64 crc32 unhexlify

islower isspace isupper rindex rpartition difference_update intersection intersection_update isdisjoint
issubset issuperset symmetric_difference symmetric_difference_update fromkeys popitem

ArithmeticError EOFError Ellipsis GeneratorExit IndentationError LookupError NameError NotImplemented
StopAsyncIteration SyntaxError UnicodeError ViperTypeError ZeroDivisionError
classmethod complex delattr divmod frozenset globals issubclass locals oct reversed staticmethod

CERT_NONE CERT_OPTIONAL CERT_REQUIRED MBEDTLS_VERSION PROTOCOL_DTLS_CLIENT PROTOCOL_DTLS_SERVER PROTOCOL_TLS_SERVER
AUTO DeflateIO GZIP RAW ZLIB OrderedDict popleft StringIO getvalue calcsize gmtime localtime mktime ticks_cpu time_ns
VfsFat umount mem8 mem16 mem32 time_pulse_us Signal byteorder maxsize version_info heap_lock heap_unlock opt_level
md5 sha1 rsplit center

run_until_complete run_forever new_event_loop call_exception_handler default_exception_handler get_exception_handler
current_task gather wait_for_ms ThreadSafeFlag StreamReader StreamWriter Server open_connection start_server
stream_awrite awrite awritestr aclose readexactly get_extra_info
"""

WORDS = tuple(_TEXT.split())
