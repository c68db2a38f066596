/** Names that only the caller of dlopen defines for its plugins: Node-API, libuv, V8, CPython, JNI, Ruby, PHP, Lua, Perl. */
const callerSymbol =
  /^(napi_|node_api_|node_module_register|uv_|_ZN2v8|_ZNK2v8|_ZN4node|_ZNK4node|_ZTVN2v8|_ZTIN2v8|_ZTIN4node|_ZTVN4node|_?Py[A-Z_]|JNI_|JVM_|rb_|ruby_|zend_|php_|lua_|luaL_|Perl_|PL_)/;

/** True when the caller of dlopen is expected to define this missing symbol of a shared object. */
export function isCallerSymbol(name: string): boolean {
  return callerSymbol.test(name);
}
