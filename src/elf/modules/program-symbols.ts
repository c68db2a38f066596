/** A symbol that only the program, or the library that it consists of, defines; hosts without one leave no mark in themselves (S35). */
export const programSymbols = {
  php: 'zend_register_functions',
  zend: 'zend_register_functions',
  nginx: 'ngx_cycle',
  perl: 'Perl_xs_handshake',
  apache: 'ap_prelinked_modules',
} as const;
