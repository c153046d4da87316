//! Macro that defines relations: one struct per relation, and one enum over all of them.

macro_rules! relations {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident),+ $(,)? })+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
            #[serde(deny_unknown_fields)]
            pub struct $name<T> {
                $($(#[$field_doc])* pub $field: T,)+
            }

            impl<T> $name<T> {
                /// Maps every field. `get` receives `true` with the first field only. Returns
                /// nothing if `get` returns nothing.
                pub fn try_map<U>(&self, get: &mut dyn FnMut(&T, bool) -> Option<U>) -> Option<$name<U>> {
                    let mut first = true;
                    Some($name { $($field: get(&self.$field, std::mem::take(&mut first))?,)+ })
                }
            }

            impl<T> From<$name<T>> for ObjectFact<T> {
                fn from(variant: $name<T>) -> ObjectFact<T> {
                    ObjectFact::$name(variant)
                }
            }

            impl<T> Variant<T> for $name<T> {
                const INDEX: usize = FactIndex::$name as usize;

                fn of(relation: &ObjectFact<T>) -> Option<&Self> {
                    if let ObjectFact::$name(variant) = relation { Some(variant) } else { None }
                }
            }
        )+

        /// Statement of a field of an object.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
        #[serde(tag = "relation", rename_all = "kebab-case")]
        pub enum ObjectFact<T> {
            $($(#[$doc])* $name($name<T>),)+
        }

        #[derive(Clone, Copy)]
        enum FactIndex { $($name,)+ Count }

        impl<T> ObjectFact<T> {
            /// Number of variants.
            pub const COUNT: usize = FactIndex::Count as usize;

            /// Number of the variant.
            pub fn index(&self) -> usize {
                match self { $(ObjectFact::$name(_) => FactIndex::$name as usize,)+ }
            }

            /// Maps every field. `get` receives `true` with the first field only. Returns nothing
            /// if `get` returns nothing.
            pub fn try_map<U>(&self, get: &mut dyn FnMut(&T, bool) -> Option<U>) -> Option<ObjectFact<U>> {
                match self { $(ObjectFact::$name(variant) => variant.try_map(get).map(ObjectFact::$name),)+ }
            }
        }
    };
}

pub(super) use relations;
