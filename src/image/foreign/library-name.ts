const libraryName = /\.(?:so|node|dylib|dll|pyd|jnilib)$|\.so\.[\w.+-]+$/;

/** Whether a file is named as one that programs open by dlopen or need as a library. */
export const isLibraryName = (path: string): boolean =>
  libraryName.test(path.slice(path.lastIndexOf('/') + 1));
