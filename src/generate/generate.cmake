# SPDX-License-Identifier: Apache-2.0
# Data files in, C++ tables out. One custom command a table; podseer_generate does the work.
# Each add_table(NAME INPUTS...) runs `podseer_generate NAME OUTPUT SOURCE_DIR`.
set(PODSEER_GENERATED_SOURCES)
function(add_table name)
  set(output ${CMAKE_BINARY_DIR}/generated/${name}.cpp)
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/generated
    COMMAND podseer_generate ${name} ${output} ${CMAKE_SOURCE_DIR}
    DEPENDS podseer_generate ${ARGN} VERBATIM)
  set(PODSEER_GENERATED_SOURCES ${PODSEER_GENERATED_SOURCES} ${output} PARENT_SCOPE)
endfunction()

add_table(schema ${CMAKE_SOURCE_DIR}/schemas/kubernetes.tsv ${CMAKE_SOURCE_DIR}/schemas/removed-apis.tsv)
add_table(facts ${CMAKE_SOURCE_DIR}/rules/facts/kubelet.yaml)
file(GLOB PODSEER_CLUSTERS CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/rules/clusters/*.yaml)
add_table(clusters ${PODSEER_CLUSTERS})
file(GLOB PODSEER_RULE_FILES CONFIGURE_DEPENDS rules/*.yaml rules/ko/*.yaml testdata/rules/*.md)
add_table(rules ${PODSEER_RULE_FILES})
file(GLOB PODSEER_TOPIC_FILES CONFIGURE_DEPENDS rules/topics/*.md)
add_table(topics ${PODSEER_TOPIC_FILES})
add_table(official_images ${CMAKE_SOURCE_DIR}/rules/facts/official-images.yaml)

file(GLOB PODSEER_IMAGE_FILES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/rules/images/*.yaml ${CMAKE_SOURCE_DIR}/rules/images/bases/*.yaml)
add_table(images ${PODSEER_IMAGE_FILES})
